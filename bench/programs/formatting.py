def main(n):
    total = 0
    for i in range(n):
        total += len(f"{i}: {i * 0.5:.2f} {'abc'!r:>8} {i:06x}")
        total += len(f"{i}/{n}")
    return total


print(main(500_000))
