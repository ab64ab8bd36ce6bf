import random

rng = random.Random(4)
rows = [(rng.randrange(1000), rng.random(), str(rng.randrange(10_000))) for _ in range(120_000)]
by_text = sorted(rows, key=lambda row: (row[2], row[0]))
by_number = sorted(rows, key=lambda row: -row[0])
plain = sorted(row[1] for row in rows)
rows.sort()
print(by_text[0][2], by_number[0][0], plain[0] <= plain[-1], rows[0][0])
