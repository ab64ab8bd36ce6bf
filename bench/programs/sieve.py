def sieve(n):
    flags = [True] * n
    for i in range(2, n):
        if flags[i]:
            for k in range(i * i, n, i):
                flags[k] = False
    return sum(flags) - 2


print(sieve(2_000_000))
