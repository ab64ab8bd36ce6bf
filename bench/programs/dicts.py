def main(n):
    counts = {}
    for i in range(n):
        key = f"key{i % 1000}"
        counts[key] = counts.get(key, 0) + len(key)
    return sorted(counts.items())[:3]


print(main(700_000))
