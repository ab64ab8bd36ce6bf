#include "core/syntax/diagnostic_grammar.h"

namespace py {

const char kDiagnosticGrammar[] = R"PEG(
file = [statements] END ;
interactive = compound NEWLINE | simple_line | NEWLINE | END ;
eval = expressions NEWLINE* END ;
statements = statement+ ;
statement = compound | simple_line ;
simple_line = simple !';' NEWLINE | ';'.simple+ [';'] NEWLINE ;
simple = assignment | &"type" type_alias | star_expressions | &'return' return | &('import' | 'from') import
  | &'raise' raise | 'pass' | &'del' delete | &'yield' yield | &'assert' assert | 'break' | 'continue'
  | &'global' global | &'nonlocal' nonlocal ;
compound = &('def' | '@' | 'async') function | &'if' if | &('class' | '@') class | &('with' | 'async') with
  | &('for' | 'async') for | &'try' try | &'while' while | match ;

assignment = NAME ':' expression ['=' rhs]
  | ('(' single_target ')' | attribute_or_item) ':' expression ['=' rhs]
  | (star_targets '=')+ rhs !'='
  | single_target AUGASSIGN ~ rhs
  | bad_assignment ;
rhs = yield | star_expressions ;
return = 'return' [star_expressions] ;
raise = 'raise' expression ['from' expression] | 'raise' ;
global = 'global' ','.NAME+ ;
nonlocal = 'nonlocal' ','.NAME+ ;
delete = 'del' del_targets &(';' | NEWLINE) | bad_delete ;
assert = 'assert' expression [',' expression] ;
import = 'import' ','.(dotted_name ['as' NAME])+ | import_from ;
import_from = 'from' ('.' | '...')* dotted_name 'import' imported_names
  | 'from' ('.' | '...')+ 'import' imported_names ;
imported_names = '(' as_names [','] ')' | as_names !',' | '*' | bad_imported_names ;
as_names = ','.(NAME ['as' NAME])+ ;
dotted_name = NAME ('.' NAME)* ;
type_alias = "type" NAME [type_params] '=' expression ;
type_params = '[' ','.type_param+ [','] ']' ;
type_param = NAME [':' expression] ['=' expression] | '*' NAME ['=' star_expression] | '**' NAME ['=' expression] ;

block = NEWLINE INDENT statements DEDENT | simple_line | bad_block ;
decorators = ('@' named_expression NEWLINE)+ ;
class = decorators class_raw | class_raw ;
class_raw = bad_class | 'class' NAME [type_params] ['(' [arguments] ')'] ':' block ;
function = decorators function_raw | function_raw ;
function_raw = bad_def
  | 'def' NAME [type_params] &&'(' [params] ')' ['->' expression] &&':' block
  | 'async' 'def' NAME [type_params] &&'(' [params] ')' ['->' expression] &&':' block ;

params = bad_parameters | parameters ;
parameters = slash_no_default param_no_default* param_with_default* [star_etc]
  | slash_with_default param_with_default* [star_etc]
  | param_no_default+ param_with_default* [star_etc]
  | param_with_default+ [star_etc]
  | star_etc ;
slash_no_default = param_no_default+ '/' ',' | param_no_default+ '/' &')' ;
slash_with_default = param_no_default* param_with_default+ '/' ',' | param_no_default* param_with_default+ '/' &')' ;
star_etc = bad_star_etc
  | '*' param_no_default param_maybe_default* [kwds]
  | '*' param_star_annotation param_maybe_default* [kwds]
  | '*' ',' param_maybe_default+ [kwds]
  | kwds ;
kwds = bad_kwds | '**' param_no_default ;
param_no_default = param ',' | param &')' ;
param_star_annotation = NAME ':' star_expression ',' | NAME ':' star_expression &')' ;
param_with_default = param default ',' | param default &')' ;
param_maybe_default = param [default] ',' | param [default] &')' ;
param = NAME [':' expression] ;
default = '=' expression | bad_default ;

if = bad_if | 'if' named_expression ':' block elif | 'if' named_expression ':' block [else] ;
elif = bad_elif | 'elif' named_expression ':' block elif | 'elif' named_expression ':' block [else] ;
else = bad_else | 'else' &&':' block ;
while = bad_while | 'while' named_expression ':' block [else] ;
for = bad_for | 'for' star_targets 'in' ~ star_expressions ':' block [else]
  | 'async' 'for' star_targets 'in' ~ star_expressions ':' block [else]
  | bad_for_target ;
with = bad_with_indent
  | 'with' '(' ','.with_item+ [','] ')' ':' block
  | 'with' ','.with_item+ ':' block
  | 'async' 'with' '(' ','.with_item+ [','] ')' ':' block
  | 'async' 'with' ','.with_item+ ':' block
  | bad_with ;
with_item = expression 'as' star_target &(',' | ')' | ':') | bad_with_item | expression ;
try = bad_try
  | 'try' &&':' block finally
  | 'try' &&':' block except+ [else] [finally]
  | 'try' &&':' block except_star+ [else] [finally] ;
except = bad_except_indent | 'except' expressions ':' block | 'except' expression 'as' NAME ':' block
  | 'except' ':' block | bad_except ;
except_star = bad_except_star_indent | 'except' '*' expressions ':' block
  | 'except' '*' expression 'as' NAME ':' block | bad_except ;
finally = bad_finally | 'finally' &&':' block ;

match = "match" subject ':' NEWLINE INDENT case+ DEDENT | bad_match ;
subject = star_named_expression ',' [star_named_expressions] | named_expression ;
case = bad_case | "case" patterns [guard] ':' block ;
guard = 'if' named_expression ;
patterns = open_sequence_pattern | pattern ;
pattern = as_pattern | or_pattern ;
as_pattern = or_pattern 'as' capture_target | bad_as_pattern ;
or_pattern = '|'.closed_pattern+ ;
closed_pattern = literal_pattern | capture_target | "_" | value_pattern | '(' pattern ')' | sequence_pattern
  | mapping_pattern | class_pattern ;
literal_pattern = signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False' ;
complex_number = signed_number ('+' | '-') NUMBER ;
signed_number = NUMBER | '-' NUMBER ;
capture_target = !"_" NAME !('.' | '(' | '=') ;
value_pattern = dotted_value !('.' | '(' | '=') ;
dotted_value = NAME ('.' NAME)+ ;
name_or_dotted = NAME ('.' NAME)* ;
sequence_pattern = '[' [sequence_items] ']' | '(' [open_sequence_pattern] ')' ;
open_sequence_pattern = star_or_pattern ',' [sequence_items] ;
sequence_items = ','.star_or_pattern+ [','] ;
star_or_pattern = '*' capture_target | '*' "_" | pattern ;
mapping_pattern = '{' '}' | '{' '**' capture_target [','] '}'
  | '{' ','.mapping_item+ ',' '**' capture_target [','] '}' | '{' ','.mapping_item+ [','] '}' ;
mapping_item = (literal_pattern | dotted_value) ':' pattern ;
class_pattern = name_or_dotted '(' ')' | name_or_dotted '(' positional_patterns [','] ')'
  | name_or_dotted '(' keyword_patterns [','] ')'
  | name_or_dotted '(' positional_patterns ',' keyword_patterns [','] ')' | bad_class_pattern ;
positional_patterns = ','.pattern+ ;
keyword_patterns = ','.(NAME '=' pattern)+ ;

expressions = expression (',' expression)+ [','] | expression ',' | expression ;
expression = bad_expression | bad_legacy_expression
  | disjunction 'if' disjunction 'else' expression | disjunction | lambda ;
expression_plain = disjunction 'if' disjunction 'else' expression | disjunction | lambda ;
yield = 'yield' 'from' expression | 'yield' [star_expressions] ;
star_expressions = star_expression (',' star_expression)+ [','] | star_expression ',' | star_expression ;
star_expression = '*' bitwise_or | expression ;
star_named_expressions = ','.star_named_expression+ [','] ;
star_named_expression = '*' bitwise_or | named_expression ;
assignment_expression = NAME ':=' ~ expression ;
named_expression = assignment_expression | bad_named_expression | expression !':=' ;
disjunction = conjunction ('or' conjunction)* ;
conjunction = inversion ('and' inversion)* ;
inversion = 'not' inversion | comparison ;
comparison = bitwise_or (COMPARE bitwise_or | 'not' 'in' bitwise_or | 'in' bitwise_or | 'is' 'not' bitwise_or
  | 'is' bitwise_or)* ;
bitwise_or = factor (BINARY factor)* ;
factor = UNARY factor | power ;
power = await_primary '**' factor | await_primary ;
await_primary = 'await' primary | primary ;
primary = atom ('.' NAME | genexp | '(' [arguments] ')' | '[' slices ']')* ;
slices = slice !',' | ','.(slice | starred_expression)+ [','] ;
slice = [expression] ':' [expression] [':' [expression]] | named_expression ;
atom = NAME | 'True' | 'False' | 'None' | strings | NUMBER | &'(' (tuple | group | genexp) | &'[' (list | listcomp)
  | &'{' (dict | set | dictcomp | setcomp) | '...' ;
group = '(' (yield | named_expression) ')' | bad_group ;
lambda = 'lambda' [lambda_params] ':' expression ;
lambda_params = bad_lambda_parameters | lambda_parameters ;
lambda_parameters = lambda_slash_no_default lambda_no_default* lambda_with_default* [lambda_star_etc]
  | lambda_slash_with_default lambda_with_default* [lambda_star_etc]
  | lambda_no_default+ lambda_with_default* [lambda_star_etc]
  | lambda_with_default+ [lambda_star_etc]
  | lambda_star_etc ;
lambda_slash_no_default = lambda_no_default+ '/' ',' | lambda_no_default+ '/' &':' ;
lambda_slash_with_default = lambda_no_default* lambda_with_default+ '/' ','
  | lambda_no_default* lambda_with_default+ '/' &':' ;
lambda_star_etc = bad_lambda_star_etc
  | '*' lambda_no_default lambda_maybe_default* [lambda_kwds]
  | '*' ',' lambda_maybe_default+ [lambda_kwds]
  | lambda_kwds ;
lambda_kwds = bad_lambda_kwds | '**' lambda_no_default ;
lambda_no_default = NAME ',' | NAME &':' ;
lambda_with_default = NAME default ',' | NAME default &':' ;
lambda_maybe_default = NAME [default] ',' | NAME [default] &':' ;
strings = (STRING | fstring)+ ;
fstring = FSTRING_START fstring_part* FSTRING_END ;
fstring_part = FSTRING_MIDDLE | '{' rhs ['='] ['!' NAME] [':' fstring_part*] '}' | bad_field ;
list = '[' [star_named_expressions] ']' ;
tuple = '(' [star_named_expression ',' [star_named_expressions]] ')' ;
set = '{' star_named_expressions '}' ;
dict = '{' [','.dict_item+ [',']] '}' | '{' dict_faults '}' ;
dict_item = '**' bitwise_or | pair ;
pair = expression ':' expression ;
clauses = clause+ ;
clause = 'async' 'for' star_targets 'in' ~ disjunction ('if' disjunction)*
  | 'for' star_targets 'in' ~ disjunction ('if' disjunction)*
  | bad_for_target ;
listcomp = '[' named_expression clauses ']' | bad_comprehension ;
setcomp = '{' named_expression clauses '}' | bad_comprehension ;
genexp = '(' (assignment_expression | expression !':=') clauses ')' | bad_comprehension ;
dictcomp = '{' pair clauses '}' | bad_dict_comprehension ;
arguments = args [','] &')' | bad_arguments ;
args = ','.(starred_expression | (assignment_expression | expression !':=') !'=')+ [',' kwargs] | kwargs ;
kwargs = ','.kwarg_or_starred+ ',' ','.kwarg_or_double_starred+
  | ','.kwarg_or_starred+
  | ','.kwarg_or_double_starred+ ;
starred_expression = '*' expression ;
kwarg_or_starred = bad_kwarg | NAME '=' expression | starred_expression ;
kwarg_or_double_starred = bad_kwarg | NAME '=' expression | '**' expression ;

star_targets = star_target !',' | star_target (',' star_target)* [','] ;
star_target = '*' (!'*' star_target) | attribute_or_item | star_atom ;
star_atom = NAME | '(' (attribute_or_item | star_atom) ')' | '(' [star_target ',' [','.star_target+ [',']]] ')'
  | '[' [','.star_target+ [',']] ']' ;
single_target = attribute_or_item | NAME | '(' single_target ')' ;
attribute_or_item = target_primary ('.' NAME | '[' slices ']') !lookahead ;
target_primary = atom &lookahead
  (('.' NAME | '[' slices ']' | genexp | '(' [arguments] ')') &lookahead)* ;
lookahead = '(' | '[' | '.' ;
del_targets = ','.del_target+ [','] ;
del_target = attribute_or_item | NAME | '(' del_target ')' | '(' [del_targets] ')' | '[' [del_targets] ']' ;

bad_arguments = a:args ',' '*' {at a "iterable argument unpacking follows keyword argument unpacking"}
  | a:expression b:clauses ',' [args | expression clauses] {range a b "Generator expression must be parenthesized"}
  | a:NAME b:'=' expression clauses
    {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | a:args b:clauses {generator a b "Generator expression must be parenthesized"}
  | args ',' a:expression b:clauses {range a b "Generator expression must be parenthesized"}
  | a:args ',' args {positional a "positional argument follows keyword argument"} ;
bad_kwarg = a:('True' | 'False' | 'None') b:'=' {range a b "cannot assign to %t"}
  | a:NAME b:'=' expression clauses
    {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | !(NAME '=') a:expression b:'='
    {range a b "expression cannot contain assignment, perhaps you meant \"==\"?"} ;
bad_legacy_expression = a:NAME !'(' b:star_expressions
  {legacy a b "Missing parentheses in call to '%t'. Did you mean %t(...)?"} ;
bad_expression = !(NAME STRING | SOFT) a:disjunction b:expression_plain
    {comma a b "invalid syntax. Perhaps you forgot a comma?"}
  | a:disjunction 'if' b:disjunction !('else' | ':') {range a b "expected 'else' after 'if' expression"} ;
bad_named_expression = a:expression ':=' expression {at a "cannot use assignment expressions with %e"}
  | a:NAME '=' b:bitwise_or !('=' | ':=')
    {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | !(list | tuple | genexp | 'True' | 'None' | 'False') a:bitwise_or '=' bitwise_or !('=' | ':=')
    {at a "cannot assign to %e here. Maybe you meant '==' instead of '='?"} ;
bad_assignment = a:bad_annotation_target ':' expression {at a "only single target (not %e) can be annotated"}
  | a:star_named_expression ',' star_named_expressions* ':' expression
    {at a "only single target (not tuple) can be annotated"}
  | a:expression ':' expression {at a "illegal target for annotation"}
  | (star_targets '=')* a:star_expressions '=' {target a "cannot assign to %e"}
  | (star_targets '=')* a:yield '=' {at a "assignment to yield expression not possible"}
  | a:star_expressions AUGASSIGN rhs {at a "'%e' is an illegal expression for augmented assignment"} ;
bad_annotation_target = list | tuple | '(' bad_annotation_target ')' ;
bad_delete = 'del' a:star_expressions {delete a "cannot delete %e"} ;
bad_block = NEWLINE !INDENT {indent "expected an indented block"} ;
bad_comprehension = ('[' | '(' | '{') a:starred_expression clauses
    {at a "iterable unpacking cannot be used in comprehension"}
  | ('[' | '{') a:star_named_expression ',' b:star_named_expressions clauses
    {range a b "did you forget parentheses around the comprehension target?"}
  | ('[' | '{') a:star_named_expression b:',' clauses
    {range a b "did you forget parentheses around the comprehension target?"} ;
bad_dict_comprehension = '{' a:'**' bitwise_or clauses '}'
    {at a "dict unpacking cannot be used in dict comprehension"} ;
bad_parameters = param_no_default* (slash_with_default | param_with_default+) a:param_no_default
    {at a "non-default argument follows default argument"}
  | param_no_default* a:'(' param_no_default+ [','] b:')' {range a b "Function parameters cannot be parenthesized"}
  | a:'/' ',' {at a "at least one argument must precede /"}
  | (slash_no_default | slash_with_default) param_maybe_default* a:'/' {at a "/ may appear only once"}
  | [slash_no_default | slash_with_default] param_maybe_default* '*' (',' | param_no_default) param_maybe_default*
    a:'/' {at a "/ must be ahead of *"}
  | param_maybe_default+ '/' a:'*' {at a "expected comma between / and *"} ;
bad_default = a:'=' &(')' | ',') {at a "expected default value expression"} ;
bad_star_etc = a:'*' (')' | ',' (')' | '**')) {at a "named arguments must follow bare *"}
  | '*' param a:'=' {at a "var-positional argument cannot have default value"}
  | '*' (param_no_default | ',') param_maybe_default* a:'*' (param_no_default | ',')
    {at a "* argument may appear only once"} ;
bad_kwds = '**' param a:'=' {at a "var-keyword argument cannot have default value"}
  | '**' param ',' a:param {at a "arguments cannot follow var-keyword argument"}
  | '**' param ',' a:('*' | '**' | '/') {at a "arguments cannot follow var-keyword argument"} ;
bad_lambda_parameters = lambda_no_default* (lambda_slash_with_default | lambda_with_default+) a:lambda_no_default
    {at a "non-default argument follows default argument"}
  | lambda_no_default* a:'(' ','.NAME+ [','] b:')' {range a b "Lambda expression parameters cannot be parenthesized"}
  | a:'/' ',' {at a "at least one argument must precede /"}
  | (lambda_slash_no_default | lambda_slash_with_default) lambda_maybe_default* a:'/' {at a "/ may appear only once"}
  | [lambda_slash_no_default | lambda_slash_with_default] lambda_maybe_default* '*' (',' | lambda_no_default)
    lambda_maybe_default* a:'/' {at a "/ must be ahead of *"}
  | lambda_maybe_default+ '/' a:'*' {at a "expected comma between / and *"} ;
bad_lambda_star_etc = '*' (':' | ',' (':' | '**')) {last "named arguments must follow bare *"}
  | '*' NAME a:'=' {at a "var-positional argument cannot have default value"}
  | '*' (lambda_no_default | ',') lambda_maybe_default* a:'*' (lambda_no_default | ',')
    {at a "* argument may appear only once"} ;
bad_lambda_kwds = '**' NAME a:'=' {at a "var-keyword argument cannot have default value"}
  | '**' NAME ',' a:NAME {at a "arguments cannot follow var-keyword argument"}
  | '**' NAME ',' a:('*' | '**' | '/') {at a "arguments cannot follow var-keyword argument"} ;
bad_with_item = expression 'as' a:expression &(',' | ')' | ':') {target a "cannot assign to %e"} ;
bad_for_target = ['async'] 'for' a:star_expressions {for a "cannot assign to %e"} ;
bad_group = '(' a:starred_expression ')' {at a "cannot use starred expression here"}
  | '(' a:'**' expression ')' {at a "cannot use double starred expression here"} ;
bad_field = '{' a:'**' expression '}' {at a "cannot use double starred expression here"} ;
bad_imported_names = as_names ',' NEWLINE
    {last "trailing comma not allowed without surrounding parentheses"} ;
bad_with = ['async'] 'with' ','.(expression ['as' star_target])+ NEWLINE {last "expected ':'"}
  | ['async'] 'with' '(' ','.(expressions ['as' star_target])+ [','] ')' NEWLINE {last "expected ':'"} ;
bad_with_indent = ['async'] a:'with' ','.(expression ['as' star_target])+ ':' NEWLINE !INDENT
    {indent "expected an indented block after 'with' statement on line %d"}
  | ['async'] a:'with' '(' ','.(expressions ['as' star_target])+ [','] ')' ':' NEWLINE !INDENT
    {indent "expected an indented block after 'with' statement on line %d"} ;
bad_try = a:'try' ':' NEWLINE !INDENT {indent "expected an indented block after 'try' statement on line %d"}
  | 'try' ':' block !('except' | 'finally') {last "expected 'except' or 'finally' block"}
  | 'try' ':' block* except+ a:'except' b:'*' expression ['as' NAME] ':'
    {range a b "cannot have both 'except' and 'except*' on the same 'try'"}
  | 'try' ':' block* except_star+ a:'except' [expression ['as' NAME]] ':'
    {at a "cannot have both 'except' and 'except*' on the same 'try'"} ;
bad_except = 'except' ['*'] a:expression ',' expressions 'as' NAME ':'
    {from a "multiple exception types must be parenthesized"}
  | 'except' ['*'] expression ['as' NAME] NEWLINE {last "expected ':'"}
  | 'except' NEWLINE {last "expected ':'"}
  | 'except' '*' (NEWLINE | ':') {last "expected one or more exception types"} ;
bad_finally = a:'finally' ':' NEWLINE !INDENT
    {indent "expected an indented block after 'finally' statement on line %d"} ;
bad_except_indent = a:'except' expression ['as' NAME] ':' NEWLINE !INDENT
    {indent "expected an indented block after 'except' statement on line %d"}
  | a:'except' ':' NEWLINE !INDENT {indent "expected an indented block after 'except' statement on line %d"} ;
bad_except_star_indent = a:'except' '*' expression ['as' NAME] ':' NEWLINE !INDENT
    {indent "expected an indented block after 'except*' statement on line %d"} ;
bad_match = "match" subject NEWLINE {last "expected ':'"}
  | a:"match" subject ':' NEWLINE !INDENT
    {indent "expected an indented block after 'match' statement on line %d"} ;
bad_case = "case" patterns [guard] NEWLINE {last "expected ':'"}
  | a:"case" patterns [guard] ':' NEWLINE !INDENT
    {indent "expected an indented block after 'case' statement on line %d"} ;
bad_as_pattern = or_pattern 'as' a:"_" {at a "cannot use '_' as a target"}
  | or_pattern 'as' !NAME a:expression {at a "invalid pattern target"} ;
bad_class_pattern = name_or_dotted '(' [positional_patterns ','] keyword_patterns ',' a:positional_patterns
    {at a "positional patterns follow keyword patterns"} ;
bad_if = 'if' named_expression NEWLINE {last "expected ':'"}
  | a:'if' named_expression ':' NEWLINE !INDENT
    {indent "expected an indented block after 'if' statement on line %d"} ;
bad_elif = 'elif' named_expression NEWLINE {last "expected ':'"}
  | a:'elif' named_expression ':' NEWLINE !INDENT
    {indent "expected an indented block after 'elif' statement on line %d"} ;
bad_else = a:'else' ':' NEWLINE !INDENT {indent "expected an indented block after 'else' statement on line %d"} ;
bad_while = 'while' named_expression NEWLINE {last "expected ':'"}
  | a:'while' named_expression ':' NEWLINE !INDENT
    {indent "expected an indented block after 'while' statement on line %d"} ;
bad_for = ['async'] 'for' star_targets 'in' star_expressions NEWLINE {last "expected ':'"}
  | ['async'] a:'for' star_targets 'in' star_expressions ':' NEWLINE !INDENT
    {indent "expected an indented block after 'for' statement on line %d"} ;
bad_def = ['async'] a:'def' NAME [type_params] '(' [params] ')' ['->' expression] ':' NEWLINE !INDENT
    {indent "expected an indented block after function definition on line %d"} ;
bad_class = 'class' NAME [type_params] ['(' [arguments] ')'] NEWLINE {last "expected ':'"}
  | a:'class' NAME [type_params] ['(' [arguments] ')'] ':' NEWLINE !INDENT
    {indent "expected an indented block after class definition on line %d"} ;
dict_faults = ','.dict_item+ ',' pair_fault
  | expression ':' a:'*' bitwise_or {from a "cannot use a starred expression in a dictionary value"}
  | expression a:':' &('}' | ',') {at a "expression expected after dictionary key and ':'"} ;
pair_fault = a:expression !':' {end a "':' expected after dictionary key"}
  | expression ':' a:'*' bitwise_or {from a "cannot use a starred expression in a dictionary value"}
  | expression a:':' &('}' | ',') {at a "expression expected after dictionary key and ':'"} ;
)PEG";

}  // namespace py
