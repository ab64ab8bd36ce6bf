def numbers(n):
    for i in range(n):
        yield i


def doubled(source):
    for x in source:
        yield x * 2


def flat(depth, n):
    if depth == 0:
        yield from numbers(n)
    else:
        yield from flat(depth - 1, n)


print(sum(doubled(numbers(3_000_000))), sum(flat(5, 1_000_000)), sum(x for x in numbers(2_000_000) if x & 1))
