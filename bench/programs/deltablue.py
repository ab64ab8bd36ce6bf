"""Constraints propagated along chains: polymorphic methods, list walking, small objects."""


class Variable:
    def __init__(self, value):
        self.value, self.constraints, self.strength, self.mark = value, [], 6, 0


class Constraint:
    def __init__(self, strength, *variables):
        self.strength, self.variables, self.satisfied = strength, variables, False
        for variable in variables:
            variable.constraints.append(self)

    def output(self):
        return self.variables[-1]

    def is_input(self):
        return False

    def execute(self):
        pass


class Edit(Constraint):
    def is_input(self):
        return True


class Equal(Constraint):
    def execute(self):
        self.variables[1].value = self.variables[0].value


class Scale(Constraint):
    def execute(self):
        source, factor, target = self.variables
        target.value = source.value * factor.value % 1000003


class Plan:
    def __init__(self, start, mark):
        self.steps = []
        pending = [start]
        while pending:
            constraint = pending.pop()
            out = constraint.output()
            if out.mark == mark:
                continue
            out.mark = mark
            if not constraint.is_input():
                self.steps.append(constraint)
            for other in out.constraints:
                if other is not constraint and other.output() is not out:
                    pending.append(other)

    def execute(self):
        for step in self.steps:
            step.execute()


def main(length, rounds):
    variables = [Variable(i) for i in range(length)]
    factor = Variable(3)
    for i in range(length - 1):
        if i % 3:
            Equal(1, variables[i], variables[i + 1])
        else:
            Scale(2, variables[i], factor, variables[i + 1])
    edit = Edit(0, variables[0])
    total = 0
    for mark in range(1, rounds + 1):
        plan = Plan(edit, mark)
        for value in range(10):
            variables[0].value = value + mark
            plan.execute()
            total += variables[-1].value
    return total


print(main(300, 1000))
