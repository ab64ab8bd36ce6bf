import threading, struct, zlib, json, array, queue, random, mmap, hashlib, select, os, socket, binascii, sys, contextlib
stop=False
S=struct.Struct('<i'); C=zlib.compressobj(); D=zlib.decompressobj(); A=array.array('h',range(50)); R=random.Random(1); M=[mmap.mmap(-1,4096)]; H=hashlib.sha256(); B=hashlib.blake2b(); P=select.poll(); a,b=socket.socketpair(); a.setblocking(False); b.setblocking(False)
enc=json.JSONEncoder(); shared={'a':[1,2,3],'b':{}}; it=struct.iter_unpack('<h',bytes(4000)); ep=select.epoll()
packed=zlib.compress(bytes(10000))
def guard(f):
    def run():
        r=random.Random(threading.get_ident())
        n=0
        while not stop:
            try: f(r)
            except (ValueError,TypeError,struct.error,zlib.error,IndexError,BufferError,OSError,RuntimeError,StopIteration,KeyError,OverflowError) as e: pass
            n+=1
    return run
def f1(r):
    if r.random()<.3: S.__init__(r.choice(['<i','>q','<hh']))
    S.pack(1); S.unpack(b'abcd'); S.size; S.format
def f2(r): C.compress(b'x'*100); r.random()<.1 and C.copy(); D.decompress(packed[:r.randrange(50)],r.randrange(100)); D.unused_data; D.unconsumed_tail; D.copy()
def f3(r):
    k=r.randrange(10)
    if k==0: A.append(5)
    elif k==1: A.pop()
    elif k==2: A[1:3]=array.array('h',[1,2,3])
    elif k==3: del A[::2]
    elif k==4: A.extend(range(5))
    elif k==5: memoryview(A)[0]
    elif k==6: A.byteswap(); A.reverse()
    elif k==7: list(A); A.tobytes(); A+A; A*2; A==A
    elif k==8: A.insert(3,4); A.remove(4); A.index(4)
    else: A[r.randrange(50)]=3; A.frombytes(b'ab')
    if len(A)>500: del A[10:]
def f4(r): R.random(); R.getrandbits(100); R.setstate(R.getstate()); R.seed(5)
def f5(r):
    m=M[0]; m[r.randrange(4096)]=5; m[3:9]; m.find(b'\5'); m.seek(0); m.read(10)
    if r.random()<.01: m.close(); M[0]=mmap.mmap(-1,4096)
def f6(r): H.update(b'x'*3000); H.copy().hexdigest(); B.update(b'y'*3000); B.copy().digest()
def f7(r): P.register(a,1); P.poll(0); P.modify(a,4); P.unregister(a); ep.register(b,1); ep.poll(0); ep.unregister(b)
def f8(r): a.send(b'xyz'); b.recv(10); b.settimeout(0.0); a.getsockname(); socket.getaddrinfo('127.0.0.1',80)
def f9(r):
    shared['k%d'%r.randrange(20)]=[r.random()]; shared.pop('k%d'%r.randrange(20),None); shared['a'].append(1)
    if len(shared['a'])>50: shared['a'].clear()
    json.loads(json.dumps(shared)); enc.encode(shared); json.dumps(shared,sort_keys=True)
def f10(r): next(it)
q=queue.SimpleQueue()
def f11(r): q.put(r.random()); q.get_nowait(); q.empty(); q.qsize()
fs=[f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,f11]
ts=[threading.Thread(target=guard(f)) for f in fs for _ in range(2)]
[t.start() for t in ts]
import time; time.sleep(float(sys.argv[1]) if len(sys.argv)>1 else 5); stop=True
[t.join() for t in ts]; print('ok')
