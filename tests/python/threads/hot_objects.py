"""Objects that many threads look at again and again stay right, through collections too."""
import gc
import threading


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def build():
    nodes = [Node(i) for i in range(20)]
    for left, right in zip(nodes, nodes[1:] + nodes[:1]):
        left.next = right
    return {"nodes": nodes, "names": {i: f"name {i}" for i in range(20)}, "list": list(range(20)), "tuple": tuple("abc")}


def read(shared, results):
    total = 0
    for _ in range(300):
        node = shared["nodes"][0]
        for i in range(20):
            total += node.value + len(shared["names"][i]) + shared["list"][i] + len(shared["tuple"][i % 3])
            node = node.next
    results.append(total)


for _ in range(5):
    shared, results = build(), []
    threads = [threading.Thread(target=read, args=(shared, results)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1 and len(results) == 4, results
    shared["names"][1] = "other"
    assert shared["names"][1] == "other" and [node.value for node in shared["nodes"]] == list(range(20))
    gc.collect()
    assert shared["nodes"][3].next.value == 4 and shared["names"][2] == "name 2"
print(results[0])
