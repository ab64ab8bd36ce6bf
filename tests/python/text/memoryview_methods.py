"""memoryview: casts, dimensions, items, comparison, release."""


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


show(lambda: (memoryview('a')))
show(lambda: (memoryview()))
show(lambda: (memoryview(b'a').cast('z')))
show(lambda: (memoryview(b'a').cast('h')))
show(lambda: (memoryview(b'ab').cast('h').cast('i')))
show(lambda: (memoryview(b'abcd').cast('B',[2,2]).cast('h',[2]).tolist()))
show(lambda: (memoryview(b'abcd').cast('B',[3])))
show(lambda: (memoryview(b'abcd').cast('B',(2,2)).tolist()))
show(lambda: (memoryview(b'abcd').cast('B',(2,2))[0]))
show(lambda: (memoryview(b'abcd').cast('B',(2,2))[0,1]))
show(lambda: (memoryview(b'abcd').cast('B',(2,2))[0,1,1]))
show(lambda: (memoryview(b'abcd').cast('B',(2,2))[0:1,0:1]))
show(lambda: (memoryview(b'abcd').cast('B',(2,2))[0:1].tolist()))
show(lambda: (memoryview(b'abcd')['a']))
show(lambda: (memoryview(b'abcd')[5]))
show(lambda: (memoryview(b'abcd').__setitem__(0,1)))
show(lambda: (memoryview(bytearray(b'abcd')).__setitem__(0,'a')))
show(lambda: (memoryview(bytearray(b'abcd')).__setitem__(0,300)))
show(lambda: (memoryview(bytearray(b'abcd')).__setitem__(slice(0,1),b'ab')))
show(lambda: (memoryview(bytearray(b'abcd')).__setitem__(slice(0,1),1)))
show(lambda: (memoryview(bytearray(b'abcd')).__delitem__(0)))
show(lambda: (memoryview(bytearray(b'abcd')).cast('c').__setitem__(0,1)))
show(lambda: (memoryview(bytearray(b'abcd')).cast('?').__setitem__(0,5)))
show(lambda: (memoryview(bytearray(b'abcd')).cast('f').__setitem__(0,'a')))
show(lambda: (memoryview(bytearray(b'abcd')).cast('P').tolist()))
show(lambda: (hash(memoryview(bytearray(b'a')))))
show(lambda: (hash(memoryview(b'abcd').cast('h'))))
show(lambda: (hash(memoryview(b'ab'))==hash(b'ab')))
show(lambda: (memoryview(b'a') < memoryview(b'b')))
show(lambda: (memoryview(b'abcd').tobytes('X')))
show(lambda: (memoryview(b'abcd').hex('ab')))
show(lambda: (len(memoryview(b'abcd').cast('B',()))))
show(lambda: (memoryview(b'a').cast('B',()).tolist()))
show(lambda: (memoryview(b'a').cast('B',())[()]))
show(lambda: (memoryview(b'a').cast('B',())[0]))
show(lambda: (memoryview(b'abcd')[::2].cast('B')))
show(lambda: (memoryview(b'abcd').cast('B',[2.0])))
show(lambda: (memoryview(b'abcd').cast('B',[-2])))
show(lambda: (memoryview(b'abcd').cast('B',1)))
show(lambda: (memoryview(b'abcd').cast(1)))
show(lambda: (memoryview(b'abcd').cast('h').tolist()))
show(lambda: (memoryview(b'abcd').cast('@h').format))
show(lambda: (memoryview(b'abcd').cast('<h')))
show(lambda: (iter(memoryview(b'abcd').cast('B',(2,2)))))
show(lambda: (memoryview(b'a').foo))
show(lambda: (memoryview(1)))
show(lambda: (memoryview(object=b'a')[0]))
show(lambda: (memoryview(b'abcd').cast('B', shape=[4]).shape))
show(lambda: (memoryview(b'a').toreadonly().readonly))
show(lambda: (b'a' in memoryview(b'a')))
show(lambda: (97 in memoryview(b'a')))
show(lambda: ((lambda m: (m.obj,m.nbytes,m.itemsize,m.format,m.shape,m.strides,m.suboffsets,m.ndim,m.readonly,m.c_contiguous,m.f_contiguous,m.contiguous))(memoryview(b'abcd').cast('h'))))
show(lambda: ((lambda m: (m.nbytes,m.shape,m.strides,m.c_contiguous,m.f_contiguous,m.contiguous, m.tobytes(), m.tolist()))(memoryview(b'abcdef')[::2])))
show(lambda: ((lambda m: (m.nbytes,m.shape,m.strides,m.c_contiguous,m.f_contiguous,m.tobytes('F'), m.tobytes('C'), m.tobytes('A')))(memoryview(b'abcdef').cast('B',(2,3)))))
show(lambda: (list(memoryview(b'abcdef')[::-1]), memoryview(b'abc')[1:].tobytes(), memoryview(b'abc')[-1]))
show(lambda: ((lambda m: (m.release(), m.release()))(memoryview(b'a'))))
show(lambda: ((lambda m: (m.release(), m[0]))(memoryview(b'a'))))
show(lambda: ((lambda m: (m.release(), m.tolist()))(memoryview(b'a'))))
show(lambda: ((lambda m: (m.release(), len(m)))(memoryview(b'a'))))
show(lambda: ((lambda m: (m.release(), m == m, m == memoryview(b'a')))(memoryview(b'a'))))
show(lambda: ((lambda m: (m.release(), m.obj))(memoryview(b'a'))))
show(lambda: ((lambda b: (memoryview(b).release(), b.append(1), b))(bytearray(b'a'))))
show(lambda: ((lambda b, m: b.append(1))(*(lambda b: (b, memoryview(b)))(bytearray(b'a')))))
show(lambda: ((lambda b: (memoryview(b), b.append(1), b)[1:])(bytearray(b'a'))))
show(lambda: ((lambda b, m: (m.__setitem__(0, 122), b))(*(lambda b: (b, memoryview(b)))(bytearray(b'abc')))))
show(lambda: ((lambda b, m: (m.__setitem__(slice(1,3), b'XY'), b))(*(lambda b: (b, memoryview(b)))(bytearray(b'abc')))))
show(lambda: ((lambda b, m: (m.__setitem__(slice(None,None,2), b'XY'), b))(*(lambda b: (b, memoryview(b)))(bytearray(b'abcd')))))
show(lambda: ((lambda b, m: (m.cast('i').__setitem__(0, -2), b))(*(lambda b: (b, memoryview(b)))(bytearray(b'abcd')))))
show(lambda: ((lambda b, m: (m.cast('d').__setitem__(0, 1.5), b, m.cast('d')[0]))(*(lambda b: (b, memoryview(b)))(bytearray(8)))))
show(lambda: ((lambda b, m: (m.cast('e').__setitem__(0, 1.5), b, m.cast('e')[0]))(*(lambda b: (b, memoryview(b)))(bytearray(2)))))
show(lambda: (memoryview(b'abcd') == b'abcd', memoryview(b'abcd') == memoryview(b'abcd').cast('h'), memoryview(b'ab') != b'ac', memoryview(b'a') == 1))
show(lambda: (memoryview(b'abcd').cast('b') == memoryview(b'abcd'), memoryview(b'\xff').cast('b') == memoryview(b'\xff')))
show(lambda: (memoryview(memoryview(b'abc')[1:])[0]))
show(lambda: (memoryview(b'abc').hex(), memoryview(b'abc').hex(':'), memoryview(b'abcd')[::2].hex()))
show(lambda: (memoryview(b'abc').__enter__()[0]))
show(lambda: (memoryview(b'')[0]))
show(lambda: (memoryview(b'').tolist(), len(memoryview(b'')), memoryview(b'').tobytes()))
show(lambda: (bytes(memoryview(b'abc')), bytearray(memoryview(b'abc')), memoryview(b'abc')[...] [0]))
show(lambda: (b''.join([memoryview(b'abcd')[::2]])))
show(lambda: (memoryview(b'abcd').cast('B').cast('c').tolist(), memoryview(b'\x00\x01').cast('?').tolist(), memoryview(b'abcdefgh').cast('q').tolist(), memoryview(b'abcdefgh').cast('P')[0]))
show(lambda: (memoryview(b'abcd')[True], memoryview(b'abcd')[1:3].obj))


def count_in_threads():
    import threading
    data = bytearray(64)
    view = memoryview(data)

    def work(number):
        for i in range(300):
            part = view[number * 16:(number + 1) * 16]
            part[i % 16] = number + 1
            assert part[i % 16] == number + 1 and len(part) == 16 and bytes(part)[i % 16] == number + 1
            words = part.cast("I")
            assert words[0] == words.tolist()[0]
            words.release()
            part.release()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    show(lambda: data.append(1))
    view.release()
    data.append(1)
    print(len(data), sorted(set(data)))


count_in_threads()
