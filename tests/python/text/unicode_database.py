"""unicodedata for Unicode 14 and 3.2."""

import unicodedata


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


show(lambda: (unicodedata.category(1)))
show(lambda: (unicodedata.category('ab')))
show(lambda: (unicodedata.decimal('a')))
show(lambda: (unicodedata.decimal('a',None)))
show(lambda: (unicodedata.decimal('ab')))
show(lambda: (unicodedata.digit('a')))
show(lambda: (unicodedata.numeric('a')))
show(lambda: (unicodedata.numeric('½')))
show(lambda: (unicodedata.name('\n')))
show(lambda: (unicodedata.name('\n','x')))
show(lambda: (unicodedata.lookup('foo')))
show(lambda: (unicodedata.lookup('x'*300)))
show(lambda: (unicodedata.normalize('x','a')))
show(lambda: (unicodedata.normalize('NFC',1)))
show(lambda: (unicodedata.normalize('NFD','é'), unicodedata.normalize('NFKC','ﬁ')))
show(lambda: (unicodedata.is_normalized('x','a')))
show(lambda: (unicodedata.ucd_3_2_0.unidata_version))
show(lambda: (unicodedata.UCD))
show(lambda: (unicodedata.UCD()))
show(lambda: (unicodedata.ucd_3_2_0.east_asian_width('\U0001f600')))
show(lambda: (unicodedata.ucd_3_2_0.category('\U0001f600')))
show(lambda: (unicodedata.ucd_3_2_0.name('\U0001f600')))
show(lambda: (unicodedata.ucd_3_2_0.mirrored('a'),unicodedata.ucd_3_2_0.combining('a')))
show(lambda: ([unicodedata.category(c)+unicodedata.bidirectional(c)+unicodedata.east_asian_width(c)+unicodedata.decomposition(c) for c in 'aé\u0301אfi½㍿\u0378']))
show(lambda: [unicodedata.lookup(name) for name in ('KEYCAP DIGIT ONE', 'keycap number sign', 'LATIN SMALL LETTER AE WITH GRAVE')])
