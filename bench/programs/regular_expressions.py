import re

TEXT = "\n".join(f"2026-{i % 12 + 1:02}-{i % 28 + 1:02} host{i % 7}.example.org GET /items/{i}?q=x{i} 200 {i * 3}" for i in range(4_000))
LINE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<host>[\w.]+) (?:GET|POST) (?P<path>\S+) (?P<status>\d{3}) (?P<size>\d+)")
total = 0
for _ in range(40):
    for match in LINE.finditer(TEXT):
        total += int(match["size"]) + len(match.group("host"))
    total += len(re.findall(r"\bitems/\d+", TEXT)) + len(re.sub(r"host(\d)", r"h\1", TEXT)) + len(re.split(r"[ \n]", TEXT))
print(total)
