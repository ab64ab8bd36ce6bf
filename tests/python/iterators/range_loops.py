# Loops over ranges, which run without a range: bounds, steps, nesting, leaving early, a range of one's own.
M = 2**61
for lo, hi, st in [(0,5,1),(5,0,-1),(0,0,1),(3,10,4),(10,3,-4),(M-3,M,1),(-M,-M+3,1),(M-5,M+5,3),(-M+5,-M-5,-3),(0,M-1,M//2),(0,-M,-(M//2)),(M-2, M-1, M-1),(1,2,M),(2**70,2**70+3,1)]:
    out = []
    for i in range(lo, hi, st):
        out.append(i)
        if len(out) > 10: break
    assert out == list(range(lo,hi,st))[:11], (lo,hi,st,out)
    assert [i for i in range(lo,hi,st)] == list(range(lo,hi,st))
try:
    for i in range(1, 5, 0): pass
except ValueError as e: print(e)
def g(n):
    for i in range(n):
        for j in range(i):
            yield i, j
print(list(g(4)))
print([[j for j in range(i)] for i in range(4)], {i: j for i in range(3) for j in range(i)}, sum(i*j for i in range(4) for j in range(3)))
def f():
    for i in range(10):
        for j in range(3):
            if j == 2: break
            try:
                if i == 5: return i, j
            finally:
                continue
    return 'end'
print(f())
class R:
    def __init__(self, *a): self.a = a
    def __iter__(self): return iter(self.a)
def shadow(range):
    return [x for x in range(1, 2, 3)] + [y for y in map(str, range(7,8))]
print(shadow(R))
def shadow2(range):
    out = []
    for x in range(1, 2):
        for y in range(3, 4):
            out.append((x, y))
    return out
print(shadow2(R))
for i in range(3):
    i += 10
    print(i, end=' ')
print()
async def a():
    return [i async for i in ag()] + [j for j in range(3)]
async def ag():
    for i in range(3): yield i
import asyncio
print(asyncio.run(a()))
for range in range(2): print(range)
