"""compile(): encodings of the source, modes, flags and wrong arguments."""
for src in (b'# coding: ascii\nx="\xe9"', b'# coding: uft-8\n', b'# coding: koi8-r\nx="\xe9"', b'\xef\xbb\xbf# coding: latin-1\n', b'# coding: latin-1\nx="\x81"',b'# coding: utf-7\nx=+AGE-\n', b'# coding: nonono\n', b'# coding: rot13\nk=1'):
    for m in ('exec','eval'):
        try: compile(src,'f',m); print('fine')
        except Exception as e: print(src, type(e), e.args, getattr(e,'offset',None))
import ast
print(ast.dump(compile("(int, *str, **a.b) -> List[x]\n\n","f","func_type",ast.PyCF_ONLY_AST)))
for s in ("() -> None","(*a)->b", "(*a,**b) -> c", "(**b)->c", "(a,) -> b", "(*a, b) -> c","(**a,*b)->c", "(a)", "", "(a)->b c"):
    try: print(s, ast.dump(ast.parse(s,mode="func_type")))
    except SyntaxError as e: print(s, e.args)
for a in (("1","f","foo"),("1","f","func_type"),("1","f","exec",3),("1","f","exec",0x400,0,5),(1,"f","exec"),("1",3,"exec"),("1","f","foo",0x400), (compile('1','f','exec'),'f','exec'), ("a\0b",'f','exec')):
    try: print(compile(*a))
    except Exception as e: print(type(e), e)
