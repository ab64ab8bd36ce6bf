"""Backtracking with recursive generators."""


def place(n, row, columns, up, down):
    if row == n:
        yield ()
        return
    for column in range(n):
        if column in columns or row + column in up or row - column in down:
            continue
        for rest in place(n, row + 1, columns | {column}, up | {row + column}, down | {row - column}):
            yield (column, *rest)


print(sum(1 for _ in place(11, 0, frozenset(), frozenset(), frozenset())))
