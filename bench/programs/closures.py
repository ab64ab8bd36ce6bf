def counter(step):
    total = 0

    def add(amount):
        nonlocal total
        total += amount * step
        return total

    return add


def compose(f, g):
    return lambda x: f(g(x))


def main(n):
    add = counter(3)
    twice = compose(add, compose(lambda x: x + 1, lambda x: x & 7))
    for i in range(n):
        twice(i)
    return add(0)


print(main(1_500_000))
