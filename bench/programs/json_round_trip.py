import json

DOCUMENT = {"users": [{"name": f"user {i}", "id": i, "score": i / 7, "tags": ["a", "b", "ü"], "on": i % 2 == 0, "none": None}
                      for i in range(2_000)]}
for _ in range(80):
    text = json.dumps(DOCUMENT)
    again = json.loads(text)
print(len(text), again == DOCUMENT)
