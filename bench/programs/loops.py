def count(n):
    i = total = 0
    while i < n:
        total += i & 7
        i += 1
    for k in range(n):
        total += k
    return total


print(count(4_000_000))
