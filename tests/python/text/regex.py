"""Compiled patterns, matches, scanners and substitution."""
import re

P = [
    re.compile('a(b)?(?P<n>c+)'),
    re.compile('[a-z]+', re.I),
    re.compile(r'\b(\w+)\s+(\w+)\b'),
    re.compile('x*'),
    re.compile('(a|b)*?c'),
    re.compile(b'[0-9]+'),
    re.compile('^a', re.M),
    re.compile('é+', re.I),
    re.compile('(?<=a)b(?!c)'),
    re.compile(r'(\d+)-(\d+)'),
]

p=P[0]
print(p, p.pattern, p.flags, p.groups, p.groupindex)
m=p.match('abcc!')
print(m, m.group(), m.group(1), m.group('n',0), m.groups(), m.groupdict(), m.span(), m.span('n'), m.start(1), m.end(2), m.lastindex, m.lastgroup, m.regs, m.re is p, m.string, m.pos, m.endpos, m[0], m['n'])
print(p.match('xabc'), p.search('xac').groups(), p.fullmatch('abcx'), p.match('xabc',1).span(), p.match('ac').groups('d'))
for f in (lambda: m.group(5), lambda: m.group('zz'), lambda: m[5], lambda: p.match(b'abc'), lambda: p.match(5), lambda: P[5].match('1'), lambda: m.start('q'), lambda: p.match(), lambda: p.match('a', 'b')):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
print(P[1].findall('ab CD 12 ef'), P[2].findall('hello big world now'), P[3].findall('xaxx'), [m.span() for m in P[3].finditer('xaxx')])
print(P[4].findall('abcbc'), P[5].findall(b'12 34'), P[5].findall(bytearray(b'5 6')), P[5].search(memoryview(b'a77')).group())
print(P[6].findall('a\nab\nba'), P[7].findall('ÉéÉ e'), [m.start() for m in P[8].finditer('abcabdab')])
print(P[3].split('axbxxc'), P[9].split('1-2,3-4'), P[9].split('1-2,3-4', 1), P[1].split(''))
print(P[1].sub('_', 'ab 12 cd'), P[1].sub('_', 'ab 12 cd', 1), P[1].subn('', 'ab 12 cd'), P[1].sub(lambda m: m.group().upper(), 'ab 12 cd'), P[5].sub(b'n', b'a1b22'), P[5].sub(b'n', bytearray(b'a1b22')), P[3].sub('-', 'abxd'))
s='no match'; print(P[9].sub('q', s) is s)
try: P[1].sub(lambda m: 5, 'ab')
except TypeError as e: print(e)
try: P[1].sub(b'x', 'ab')
except TypeError as e: print(e)
print(P[1].sub(lambda m: None, 'ab 1'))
sc=P[1].scanner('ab cd'); print(sc.search(), sc.match(), sc.search(), sc.search(), sc.search(), sc.pattern is P[1])
print(P[0]==P[0], P[0]!=P[1], hash(P[0])==hash(P[0]), P[5], P[0].__copy__() is P[0], type(P[0]), type(m), repr(P[0].__class_getitem__(str)))
it=P[1].finditer('ab cd'); print(next(it), list(it), list(it))

print(re.sub(r'(\w)(\d)', r'\2\1', 'a1 b2'), re.sub('a', r'\\', 'xax'), re.escape('a.b'), re.split(r'[,;]', 'a,b;c'))
print(m.expand(r'\1-\g<n>'), re.compile('(?i:a)b').findall('Ab aB'), re.fullmatch('a|ab', 'ab'))
try: re.compile('(')
except re.error as e: print(e)
