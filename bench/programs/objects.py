class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def length2(self):
        return self.x * self.x + self.y * self.y


def main(n):
    position, step = Vector(0, 0), Vector(1, 2)
    total = 0
    for _ in range(n):
        position = position.plus(step)
        total += position.length2() & 15
    return total


print(main(700_000))
