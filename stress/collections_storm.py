"""Collections in all threads at once, over cycles that they share, with finalisers that bring objects back."""
import gc
import weakref

from harness import repeat, run_threads


class Node:
    made, finalized, saved = [], [], []  # a finaliser may run anywhere, so it takes no lock

    def __init__(self, save=False):
        # Neither lists nor closures: those that many threads count become hot, and what they hold stays with them.
        self.itself, self.save = self, save
        Node.made.append(1)

    def __del__(self):
        Node.finalized.append(1)
        if self.save:
            Node.saved.append(self)


def storm(source):
    for journal in (Node.made, Node.finalized, Node.saved):
        journal.clear()
    pool = [Node() for _ in range(20)]

    def work(number, chance):
        kept = []
        for i in range(300):
            node = Node(chance.random() < 0.05)
            node.other, node.function = chance.choice(pool), node.__del__
            pool[chance.randrange(20)] = node
            if chance.random() < 0.2:
                kept.append((weakref.ref(node), node if chance.random() < 0.5 else None))
            if chance.random() < 0.02:
                gc.collect(chance.randrange(3))
            if chance.random() < 0.01:
                exec("class Fresh:\n    def method(self): return __class__\nFresh().method()", {})
            for reference, strong in kept[-5:]:
                found = reference()
                assert found is None or found.itself is found
                assert strong is None or found is strong

    run_threads(source.choice((1, 2, 4)), work)
    pool.clear()
    for _ in range(4):
        Node.saved.clear()
        gc.collect()
    assert len(Node.made) == len(Node.finalized), (len(Node.made), len(Node.finalized))


repeat(storm)
