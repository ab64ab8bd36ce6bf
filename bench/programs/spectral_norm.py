"""Power iteration with a matrix that is computed element by element: calls and float arithmetic."""


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    return [sum([element(i, j) * x for j, x in enumerate(vector)]) for i in range(len(vector))]


def times_transposed(vector):
    return [sum([element(j, i) * x for j, x in enumerate(vector)]) for i in range(len(vector))]


u = [1.0] * 260
for _ in range(10):
    v = times_transposed(times(u))
    u = times_transposed(times(v))
print(f"{(sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)) ** 0.5:.9f}")
