"""Methods and operators of bytes and bytearray, with the texts of their errors."""


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


show(lambda: (b'a'.find('a')))
show(lambda: (b'a'.find(256)))
show(lambda: (b'a'.index(98)))
show(lambda: (b'a'.rindex(b'b')))
show(lambda: (b'a'.startswith('a')))
show(lambda: (b'a'.startswith(('a',))))
show(lambda: (b'a'.split('a')))
show(lambda: (b'a'.split(b'')))
show(lambda: (b'a'.split(1)))
show(lambda: (b'a'.partition('a')))
show(lambda: (b'a'.partition(b'')))
show(lambda: (b'a'.join(['a'])))
show(lambda: (b'a'.join(1)))
show(lambda: (b'a'.strip('a')))
show(lambda: (b'a'.replace('a','b')))
show(lambda: (b'a'.replace(b'a','b')))
show(lambda: (b'a'.removeprefix('a')))
show(lambda: (b'a'.center(3,'ab')))
show(lambda: (b'a'.center(3,b'ab')))
show(lambda: (b'a'.center('a')))
show(lambda: (b'a'.translate(1)))
show(lambda: (b'a'.translate(b'a')))
show(lambda: (bytes.maketrans(b'a',b'bb')))
show(lambda: (bytes.maketrans('a',b'bb')))
show(lambda: (bytes.fromhex('1')))
show(lambda: (bytes.fromhex('1 1')))
show(lambda: (bytes.fromhex('zz')))
show(lambda: (bytes.fromhex(b'a')))
show(lambda: (bytes.fromhex(' 61 62\n63')))
show(lambda: (bytes.fromhex('é')))
show(lambda: (bytes('a')))
show(lambda: (bytes('a',1)))
show(lambda: (bytes(1,'utf-8')))
show(lambda: (bytes(-1)))
show(lambda: (bytes([256])))
show(lambda: (bytes(['a'])))
show(lambda: (bytes(1.0)))
show(lambda: (bytes(None)))
show(lambda: (bytes(x=1)))
show(lambda: (bytes(source=1)))
show(lambda: (bytes(b'a',errors='x')))
show(lambda: (bytes('a',errors='x')))
show(lambda: (bytearray('a')))
show(lambda: (bytearray(-1)))
show(lambda: (bytearray([256])))
show(lambda: (bytearray(['a'])))
show(lambda: (bytearray(1.0)))
show(lambda: (b'a'[1]))
show(lambda: (b'a'['a']))
show(lambda: (bytearray(b'a')[1]))
show(lambda: (bytearray(b'a')['a']))
show(lambda: (b'a'+1))
show(lambda: (bytearray(b'a')+1))
show(lambda: (b'a'+'a'))
show(lambda: (b'a'*1.0))
show(lambda: ('a' in b'a'))
show(lambda: (300 in b'a'))
show(lambda: (300 in bytearray(b'a')))
show(lambda: (97 in b'a', b'a' in b'ba', bytearray(b'a') in b'ba'))
show(lambda: (b'a'.hex('ab')))
show(lambda: (b'a'.hex('é')))
show(lambda: (b'a'.hex(1)))
show(lambda: (b'a'.hex(b'\xff')))
show(lambda: (b'abcdef'.hex('-'), b'abcdef'.hex(':',2), b'abcdef'.hex(':',-4), b'abcdef'.hex('_',0), b''.hex()))
show(lambda: (b'a'.decode(1)))
show(lambda: (b'a' % 1))
show(lambda: (b'%b' % 'a'))
show(lambda: (b'%b %s %a %r' % (b'x', bytearray(b'y'), 'é', 1)))
show(lambda: (b'%c%c' % (65, b'z')))
show(lambda: (b'%c' % 300))
show(lambda: (b'%c' % 'ab'))
show(lambda: (b'%d' % 'a'))
show(lambda: (b'%x' % 1.0))
show(lambda: (b'%(a)s' % 1))
show(lambda: (b'%(a)s' % {b'a': b'q'}))
show(lambda: (b'%5d|%-5s|%05.1f' % (1,b'ab',2.5)))
show(lambda: (bytearray(b'%d') % 5))
show(lambda: (bytearray(b'a').append(256)))
show(lambda: (bytearray(b'a').append('a')))
show(lambda: (bytearray(b'a').insert(0,'a')))
show(lambda: (bytearray(b'a').remove(98)))
show(lambda: (bytearray(b'a').remove(300)))
show(lambda: (bytearray().pop()))
show(lambda: (bytearray(b'a').pop(3)))
show(lambda: (bytearray(b'a').extend(1)))
show(lambda: (bytearray(b'a').extend('a')))
show(lambda: (bytearray(b'a').extend([300])))
show(lambda: (bytearray(b'a').extend(['a'])))
show(lambda: (bytearray(b'a').__setitem__(0,300)))
show(lambda: (bytearray(b'a').__setitem__(0,'a')))
show(lambda: (bytearray(b'a').__setitem__(5,1)))
show(lambda: (bytearray(b'a').__setitem__('a',1)))
show(lambda: (bytearray(b'a').__setitem__(slice(0,1),'a')))
show(lambda: (bytearray(b'a').__setitem__(slice(0,1),1)))
show(lambda: (bytearray(b'a').__setitem__(slice(0,1),[1,2])))
show(lambda: (bytearray(b'abcd').__setitem__(slice(0,4,2),[1])))
show(lambda: (bytearray(b'a').__delitem__(5)))
show(lambda: (bytearray(b'a').__delitem__('a')))
show(lambda: (bytearray(b'a').__iadd__(1)))
show(lambda: (bytearray(b'a').__imul__(-1)))
show(lambda: (bytearray(b'ab').__imul__(3)))
show(lambda: (bytearray(b'ab').__iadd__(b'cd')))
show(lambda: (bytearray(1,2,3,4)))
show(lambda: (b'a'.isalpha(1)))
show(lambda: (b'a'.splitlines(keepends='a')))
show(lambda: (b'a'.expandtabs('a')))
show(lambda: (b'ab' < 'ab'))
show(lambda: (b'a' < 1))
show(lambda: (bytearray(b'a') < 'a'))
show(lambda: (hash(bytearray())))
show(lambda: (b'a' == bytearray(b'a'), bytearray(b'a') == b'a', b'a' == 'a', b'a' != b'b', b'a' < b'b', bytearray(b'a') == memoryview(b'a'), b'a' == memoryview(b'a')))
show(lambda: (b'abc'[0], b'abc'[-1], b'abc'[::-1], b'abc'[1:], bytearray(b'abc')[::2], list(b'ab'), list(bytearray(b'ab'))))
show(lambda: (b'a,b'.partition(bytearray(b',')), bytearray(b'a,b').partition(b','), bytearray(b'ab').partition(b','), b'ab'.rpartition(b',')))
show(lambda: (b'Ab c'.upper(), b'Ab C'.lower(), b'ab cD'.title(), b'aB cD'.capitalize(), b'aBc'.swapcase(), b'\xe9'.upper()))
show(lambda: (b'ab'.isalpha(), b'a1'.isalnum(), b'12'.isdigit(), b' \t'.isspace(), b'Ab Cd'.istitle(), b'ab'.islower(), b'AB1'.isupper(), b''.isascii(), b'\xe9'.isalpha(), b''.islower()))
show(lambda: (b'a\tb'.expandtabs(4), b'5'.zfill(3), b'ab'.center(6,b'*'), b'x\ny\r\nz\x0b'.splitlines()))
show(lambda: (b'abc'.translate(None,b'b'), b'abc'.translate(bytes.maketrans(b'a',b'z')), b'abc'.translate(bytes.maketrans(b'a',b'z'),delete=b'c')))
show(lambda: (b'-'.join([b'a',bytearray(b'b'),memoryview(b'c')]), bytearray(b'-').join([b'a',b'b'])))
show(lambda: (bytes(bytearray(b'xy')), bytes(memoryview(b'xy')), bytes([1,2]), bytes((3,)), bytes(3), bytes('é','utf-8'), bytearray('é','latin-1'), bytes(memoryview(b'abcd')[::2])))
show(lambda: (repr(b'a\'"\n\xff'), str(b'x'), repr(bytearray(b'\x00')), repr(b"'"), repr(b'"')))
show(lambda: (b'abc'.__getnewargs__(), b'x'.__bytes__(), bytearray(b'x').__reduce_ex__(4), bytearray(b'x').__reduce__()))
show(lambda: (bytearray(b'x').copy(), bytearray(b'xyx').count(b'x'), b'aaa'.replace(b'a',b'bb',2), b'aa'.find(97), b'ab'.rfind(b''), b'abc'.count(b''), b'abc'.count(97)))
show(lambda: (b'' .join([]), b'x'*0, 2*b'ab', bytearray(b'a')*3, 3*bytearray(b'z')))
show(lambda: (b'ab'.decode('ascii'), b'\xff'.decode('ascii','ignore'), bytearray(b'\xc3\xa9').decode()))
show(lambda: (b'%s' % memoryview(b'q')))
show(lambda: (b'a'.__add__(1)))
show(lambda: (bytes.__doc__[:6], bytearray.__doc__[:10]))
show(lambda: (bytes().__len__(), bytes.fromhex('').__len__()))
show(lambda: (b'abc'.startswith(b'b',1), b'abc'.endswith((b'x',b'c')), b'abc'.removeprefix(b'a'), b'abc'.removesuffix(b'c')))
show(lambda: (b' a b '.split(), b'a b'.rsplit(None,1), b'a,b,c'.split(b',',1), b'a,b,c'.rsplit(b',',1), bytearray(b'a b').split()))

# Iterators over bytes: by the loop and by native functions, one after the other, in a subclass, in several threads.
every = bytes(range(256))
iterator = iter(every)
assert [next(iterator), next(iterator)] == [0, 1]
for number in iterator:
    if number == 9:
        break
assert iterator.__length_hint__() == 246 and list(iterator) == list(range(10, 256)) and list(iterator) == []
assert sum(every) == 32640 and max(every) == 255 and [x for x in b""] == [] and dict(enumerate(b"ab")) == {0: 97, 1: 98}


class Octets(bytes):
    pass


assert [x for x in Octets(b"ab")] == list(Octets(b"ab")) == [97, 98]


def shared_iteration():
    import threading

    iterator, taken = iter(every * 50), []

    def take():
        for number in iterator:
            taken.append(number)

    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(every * 50)


shared_iteration()
