"""Collections in all threads at once, over cycles that they share, with finalisers that bring objects back."""
import gc
import weakref

from harness import repeat, run_threads


class Node:
    made, finalized, saved = [], [], []  # a finaliser may run anywhere, so it takes no lock

    def __init__(self, save=False):
        # No list: one that many threads look at becomes hot, and what it holds stays with it.
        self.itself, self.save = self, save
        Node.made.append(1)

    def __del__(self):
        Node.finalized.append(1)
        if self.save:
            Node.saved.append(self)



def diagnose():
    import sys
    gc.collect()
    left=[o for o in gc.get_objects() if type(o) is Node]
    known={id(x):0 for x in left}
    for x in left:
        for y in gc.get_referents(x):
            if id(y) in known: known[id(y)]+=1
    fs=[x.function for x in left if hasattr(x,"function")]
    cells={id(f.__closure__[0]):f.__closure__[0] for f in fs}
    for c in cells.values():
        known[id(c.cell_contents)]+=1
        print("cell", sys.getrefcount(c), sum(1 for f in fs if f.__closure__[0] is c))
    excess={}
    for x in left:
        n=sys.getrefcount(x)-known[id(x)]
        excess[n]=excess.get(n,0)+1
    print(len(left), excess)
    print("functions", {sys.getrefcount(f) for f in fs})
    c = list(cells.values())[0]
    print([(type(r), len(gc.get_referrers(r))) for r in gc.get_referrers(c) if r not in fs and r is not cells])
    sys.exit(1)


def storm(source):
    for journal in (Node.made, Node.finalized, Node.saved):
        journal.clear()
    pool = [Node() for _ in range(20)]

    def work(number, chance):
        kept = []
        for i in range(300):
            node = Node(chance.random() < 0.05)
            node.other, node.function = chance.choice(pool), lambda: node
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
    if len(Node.made) != len(Node.finalized): diagnose()


repeat(storm)
