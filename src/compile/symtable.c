// symtable.c - collects the names of a program: one walk over the tree that opens a scope for each
// module, class, function, lambda and comprehension, and notes in it how each name is used.
//
// What names mean is decided afterwards, in symtable_analyze.c.  Visitors return 0, or -1 with
// SyntaxError.
#include "compile/symtable.h"

#include <assert.h>

#include "compile/mangle.h"
#include "cpython/code.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static int visit_statement(KrSymtable *table, KrStmt *statement);
static int visit_expression(KrSymtable *table, KrExpr *expression);

// ---- errors ------------------------------------------------------------------------------------

static int refuse_at(KrSymtable *table, KrLocation where, const char *format, PyObject *name)
{
    if (name != NULL) PyErr_Format(PyExc_SyntaxError, format, name);
    else PyErr_SetString(PyExc_SyntaxError, format);
    PyErr_RangedSyntaxLocationObject(table->filename, where.line, where.column + 1, where.end_line,
                                     where.end_column + 1);
    return -1;
}

static int refuse(KrSymtable *table, const void *node, const char *format, PyObject *name)
{
    return refuse_at(table, kr_location_of(node), format, name);
}

// ---- scopes ------------------------------------------------------------------------------------

static int open_scope(KrSymtable *table, PyObject *name, KrScopeType type, void *node,
                      KrLocation location)
{
    KR_AUTO PyObject *object = (PyObject *)kr_scope_new(table, name, type, node, location);
    if (object == NULL || PyList_Append(table->stack, object) < 0) return -1;
    KrScope *scope = (KrScope *)object, *outer = table->current;
    // An assignment expression is refused anywhere inside of a comprehension's outermost iterable.
    if (outer != NULL) scope->comprehension_iter_depth = outer->comprehension_iter_depth;
    table->current = scope;
    if (type == KR_SCOPE_MODULE) table->globals = scope->symbols;
    // Annotations that become strings leave no trace in the table.
    if (type == KR_SCOPE_ANNOTATION || outer == NULL) return 0;
    return PyList_Append(outer->children, object);
}

static int close_scope(KrSymtable *table)
{
    Py_ssize_t last = PyList_GET_SIZE(table->stack) - 1;
    table->current = last > 0 ? (KrScope *)PyList_GET_ITEM(table->stack, last - 1) : NULL;
    return PyList_SetSlice(table->stack, last, last + 1, NULL);
}

// ---- definitions -------------------------------------------------------------------------------

static int set_flags(PyObject *symbols, PyObject *name, long flags)
{
    KR_AUTO PyObject *number = PyLong_FromLong(flags);
    return number == NULL ? -1 : PyDict_SetItem(symbols, name, number);
}

static int add_to_globals(KrSymtable *table, PyObject *mangled, long flags)
{
    PyObject *present = PyDict_GetItemWithError(table->globals, mangled);
    if (present == NULL && PyErr_Occurred()) return -1;
    return set_flags(table->globals, mangled, present ? flags | PyLong_AsLong(present) : flags);
}

static int define_in(KrSymtable *table, KrScope *scope, PyObject *name, long added,
                     KrLocation where)
{
    KR_AUTO PyObject *mangled = kr_mangle(table->private, name);
    if (mangled == NULL) return -1;
    long flags = kr_scope_flags(scope, mangled);
    if (flags < 0) return -1;
    if (added & flags & KR_DEF_PARAM)
        return refuse_at(table, where, "duplicate argument '%U' in function definition", name);
    flags |= added;
    if (scope->in_comprehension_target) {
        if (flags & (KR_DEF_GLOBAL | KR_DEF_NONLOCAL))
            return refuse_at(
                table, where,
                "comprehension inner loop cannot rebind assignment expression target '%U'", name);
        flags |= KR_DEF_COMP_ITER;
    }
    if (set_flags(scope->symbols, mangled, flags) < 0) return -1;
    if (added & KR_DEF_PARAM) return PyList_Append(scope->varnames, mangled);
    return added & KR_DEF_GLOBAL ? add_to_globals(table, mangled, added) : 0;
}

static int define(KrSymtable *table, PyObject *name, long flags, const void *node)
{
    return define_in(table, table->current, name, flags, kr_location_of(node));
}

// The flags of [name] so far in the current scope; -1 error.
static long flags_of(KrSymtable *table, PyObject *name)
{
    KR_AUTO PyObject *mangled = kr_mangle(table->private, name);
    return mangled == NULL ? -1 : kr_scope_flags(table->current, mangled);
}

// Remembers where a global or nonlocal statement is, for errors found by the analysis.
static int record_directive(KrSymtable *table, PyObject *name, const void *node)
{
    KrScope *scope = table->current;
    if (scope->directives == NULL && (scope->directives = PyList_New(0)) == NULL) return -1;
    KR_AUTO PyObject *mangled = kr_mangle(table->private, name);
    if (mangled == NULL) return -1;
    KrLocation where = kr_location_of(node);
    KR_AUTO PyObject *line = PyLong_FromLong(where.line);
    KR_AUTO PyObject *column = PyLong_FromLong(where.column);
    KR_AUTO PyObject *end_line = PyLong_FromLong(where.end_line);
    KR_AUTO PyObject *end_column = PyLong_FromLong(where.end_column);
    if (!line || !column || !end_line || !end_column) return -1;
    KR_AUTO PyObject *directive = PyTuple_Pack(5, mangled, line, column, end_line, end_column);
    return directive == NULL ? -1 : PyList_Append(scope->directives, directive);
}

// ---- sequences ---------------------------------------------------------------------------------

static int visit_statements(KrSymtable *table, KrStmtSeq *statements)
{
    for (Py_ssize_t i = 0; i < statements->length; i++)
        if (visit_statement(table, statements->items[i]) < 0) return -1;
    return 0;
}

static int visit_optional(KrSymtable *table, KrExpr *expression)
{
    return expression == NULL ? 0 : visit_expression(table, expression);
}

static int visit_expressions(KrSymtable *table, KrExprSeq *expressions)
{
    for (Py_ssize_t i = 0; i < expressions->length; i++)
        if (visit_optional(table, expressions->items[i]) < 0) return -1;
    return 0;
}

static int visit_keywords(KrSymtable *table, KrKeywordSeq *keywords)
{
    for (Py_ssize_t i = 0; i < keywords->length; i++)
        if (visit_expression(table, keywords->items[i]->value) < 0) return -1;
    return 0;
}

// ---- functions ---------------------------------------------------------------------------------

static int define_parameters(KrSymtable *table, KrArgSeq *parameters)
{
    for (Py_ssize_t i = 0; i < parameters->length; i++)
        if (define(table, parameters->items[i]->arg, KR_DEF_PARAM, parameters->items[i]) < 0)
            return -1;
    return 0;
}

static int visit_arguments(KrSymtable *table, KrArguments *arguments)
{
    if (define_parameters(table, arguments->posonlyargs) < 0 ||
        define_parameters(table, arguments->args) < 0 ||
        define_parameters(table, arguments->kwonlyargs) < 0)
        return -1;
    if (arguments->vararg != NULL) {
        if (define(table, arguments->vararg->arg, KR_DEF_PARAM, arguments->vararg) < 0) return -1;
        table->current->varargs = true;
    }
    if (arguments->kwarg != NULL) {
        if (define(table, arguments->kwarg->arg, KR_DEF_PARAM, arguments->kwarg) < 0) return -1;
        table->current->varkeywords = true;
    }
    return 0;
}

static int visit_defaults(KrSymtable *table, KrArguments *arguments)
{
    if (visit_expressions(table, arguments->defaults) < 0) return -1;
    return visit_expressions(table, arguments->kw_defaults);
}

static bool annotations_become_strings(KrSymtable *table)
{
    return table->future->features & CO_FUTURE_ANNOTATIONS;
}

static int open_annotation(KrSymtable *table, void *node)
{
    if (!annotations_become_strings(table)) return 0;
    return open_scope(table, ID(_annotation), KR_SCOPE_ANNOTATION, node, kr_location_of(node));
}

static int close_annotation(KrSymtable *table)
{
    return annotations_become_strings(table) ? close_scope(table) : 0;
}

static int visit_annotation(KrSymtable *table, KrExpr *annotation)
{
    if (open_annotation(table, annotation) < 0 || visit_expression(table, annotation) < 0)
        return -1;
    return close_annotation(table);
}

static int visit_parameter_annotations(KrSymtable *table, KrArgSeq *parameters)
{
    for (Py_ssize_t i = 0; i < parameters->length; i++)
        if (visit_optional(table, parameters->items[i]->annotation) < 0) return -1;
    return 0;
}

static int visit_annotations(KrSymtable *table, void *node, KrArguments *arguments,
                             KrExpr *returns)
{
    if (open_annotation(table, node) < 0) return -1;
    if (visit_parameter_annotations(table, arguments->posonlyargs) < 0 ||
        visit_parameter_annotations(table, arguments->args) < 0 ||
        (arguments->vararg && visit_optional(table, arguments->vararg->annotation) < 0) ||
        (arguments->kwarg && visit_optional(table, arguments->kwarg->annotation) < 0) ||
        visit_parameter_annotations(table, arguments->kwonlyargs) < 0)
        return -1;
    if (close_annotation(table) < 0) return -1;
    return returns == NULL ? 0 : visit_annotation(table, returns);
}

static int visit_function(KrSymtable *table, KrStmt *statement, bool is_async)
{
    static_assert(sizeof statement->v.function_def == sizeof statement->v.async_function_def,
                  "both kinds of function have the same fields");
    __typeof__(statement->v.function_def) *function = &statement->v.function_def;
    if (define(table, function->name, KR_DEF_LOCAL, statement) < 0 ||
        visit_defaults(table, function->args) < 0 ||
        visit_annotations(table, statement, function->args, function->returns) < 0 ||
        visit_expressions(table, function->decorator_list) < 0 ||
        open_scope(table, function->name, KR_SCOPE_FUNCTION, statement,
                   kr_location_of(statement)) < 0)
        return -1;
    if (is_async) table->current->coroutine = true;
    if (visit_arguments(table, function->args) < 0 || visit_statements(table, function->body) < 0)
        return -1;
    return close_scope(table);
}

static int visit_lambda(KrSymtable *table, KrExpr *expression)
{
    if (visit_defaults(table, expression->v.lambda.args) < 0 ||
        open_scope(table, ID(lambda), KR_SCOPE_FUNCTION, expression, kr_location_of(expression)) <
            0 ||
        visit_arguments(table, expression->v.lambda.args) < 0 ||
        visit_expression(table, expression->v.lambda.body) < 0)
        return -1;
    return close_scope(table);
}

static int visit_class(KrSymtable *table, KrStmt *statement)
{
    __typeof__(statement->v.class_def) *class = &statement->v.class_def;
    if (define(table, class->name, KR_DEF_LOCAL, statement) < 0 ||
        visit_expressions(table, class->bases) < 0 || visit_keywords(table, class->keywords) < 0 ||
        visit_expressions(table, class->decorator_list) < 0 ||
        open_scope(table, class->name, KR_SCOPE_CLASS, statement, kr_location_of(statement)) < 0)
        return -1;
    PyObject *outer = table->private;
    table->private = class->name;
    int result = visit_statements(table, class->body);
    table->private = outer;
    return result < 0 ? -1 : close_scope(table);
}

// ---- comprehensions and assignment expressions -------------------------------------------------

static int visit_target(KrSymtable *table, KrExpr *target)
{
    table->current->in_comprehension_target = true;
    int result = visit_expression(table, target);
    table->current->in_comprehension_target = false;
    return result;
}

static int visit_iterable(KrSymtable *table, KrExpr *iterable)
{
    table->current->comprehension_iter_depth++;
    int result = visit_expression(table, iterable);
    table->current->comprehension_iter_depth--;
    return result;
}

static int visit_inner_loop(KrSymtable *table, KrComprehension *loop)
{
    if (visit_target(table, loop->target) < 0 || visit_iterable(table, loop->iter) < 0) return -1;
    if (visit_expressions(table, loop->ifs) < 0) return -1;
    if (loop->is_async) table->current->coroutine = true;
    return 0;
}

static KrComprehensionType comprehension_type(const KrExpr *expression)
{
    switch (expression->kind) {
    case KR_EXPR_LIST_COMP: return KR_COMPREHENSION_LIST;
    case KR_EXPR_SET_COMP: return KR_COMPREHENSION_SET;
    case KR_EXPR_DICT_COMP: return KR_COMPREHENSION_DICT;
    default: return KR_COMPREHENSION_GENERATOR;
    }
}

// The outermost iterable belongs to the scope around; everything else has a scope of its own,
// which gets that iterable as argument ".0".
static int visit_comprehension(KrSymtable *table, KrExpr *expression, PyObject *name,
                               KrComprehensionSeq *loops, KrExpr *element, KrExpr *value)
{
    bool is_generator = expression->kind == KR_EXPR_GENERATOR_EXP;
    KrComprehension *outermost = loops->items[0];
    if (visit_iterable(table, outermost->iter) < 0) return -1;
    if (open_scope(table, name, KR_SCOPE_FUNCTION, expression, kr_location_of(expression)) < 0)
        return -1;
    KrScope *scope = table->current;
    scope->comprehension = comprehension_type(expression);
    if (outermost->is_async) scope->coroutine = true;
    KR_AUTO PyObject *argument = PyUnicode_FromString(".0");
    if (argument == NULL || define(table, argument, KR_DEF_PARAM, expression) < 0 ||
        visit_target(table, outermost->target) < 0 || visit_expressions(table, outermost->ifs) < 0)
        return -1;
    for (Py_ssize_t i = 1; i < loops->length; i++)
        if (visit_inner_loop(table, loops->items[i]) < 0) return -1;
    if (visit_optional(table, value) < 0 || visit_expression(table, element) < 0) return -1;
    scope->generator = is_generator;
    bool is_async = scope->coroutine && !is_generator;
    if (close_scope(table) < 0) return -1;
    if (is_async) table->current->coroutine = true;
    return 0;
}

// Inside of a comprehension the target of := belongs to the nearest scope that is none.
static int define_outside_comprehensions(KrSymtable *table, KrExpr *target)
{
    PyObject *name = target->v.name.id;
    for (Py_ssize_t i = PyList_GET_SIZE(table->stack) - 1; i >= 0; i--) {
        KrScope *scope = (KrScope *)PyList_GET_ITEM(table->stack, i);
        KR_AUTO PyObject *mangled = kr_mangle(table->private, name);
        long flags = mangled == NULL ? -1 : kr_scope_flags(scope, mangled);
        if (flags < 0) return -1;
        if (scope->comprehension != KR_COMPREHENSION_NONE) {
            if (flags & KR_DEF_COMP_ITER)
                return refuse(
                    table, target,
                    "assignment expression cannot rebind comprehension iteration variable '%U'",
                    name);
            continue;
        }
        if (scope->type == KR_SCOPE_CLASS)
            return refuse(
                table, target,
                "assignment expression within a comprehension cannot be used in a class body",
                NULL);
        bool is_module = scope->type == KR_SCOPE_MODULE;
        if (!is_module && scope->type != KR_SCOPE_FUNCTION) continue;
        bool is_global = is_module || (flags & KR_DEF_GLOBAL);
        if (define(table, name, is_global ? KR_DEF_GLOBAL : KR_DEF_NONLOCAL, target) < 0 ||
            record_directive(table, name, target) < 0)
            return -1;
        return define_in(table, scope, name, is_module ? KR_DEF_GLOBAL : KR_DEF_LOCAL,
                         kr_location_of(target));
    }
    return 0;
}

static int visit_named_expression(KrSymtable *table, KrExpr *expression)
{
    if (table->current->comprehension_iter_depth > 0)
        return refuse(
            table, expression,
            "assignment expression cannot be used in a comprehension iterable expression", NULL);
    if (table->current->comprehension != KR_COMPREHENSION_NONE &&
        define_outside_comprehensions(table, expression->v.named_expr.target) < 0)
        return -1;
    if (visit_expression(table, expression->v.named_expr.value) < 0) return -1;
    return visit_expression(table, expression->v.named_expr.target);
}

// ---- yield and await ---------------------------------------------------------------------------

// Strings made of annotations must not hold what would change the function they are in.
static int refuse_in_annotation(KrSymtable *table, KrExpr *expression, const char *what)
{
    if (table->current->type != KR_SCOPE_ANNOTATION) return 0;
    KR_AUTO PyObject *name = PyUnicode_FromString(what);
    if (name == NULL) return -1;
    return refuse(table, expression, "%U can not be used within an annotation", name);
}

static int refuse_yield_in_comprehension(KrSymtable *table, KrExpr *expression)
{
    switch (table->current->comprehension) {
    case KR_COMPREHENSION_NONE: return 0;
    case KR_COMPREHENSION_LIST:
        return refuse(table, expression, "'yield' inside list comprehension", NULL);
    case KR_COMPREHENSION_SET:
        return refuse(table, expression, "'yield' inside set comprehension", NULL);
    case KR_COMPREHENSION_DICT:
        return refuse(table, expression, "'yield' inside dict comprehension", NULL);
    default: return refuse(table, expression, "'yield' inside generator expression", NULL);
    }
}

static int visit_yield(KrSymtable *table, KrExpr *expression, KrExpr *value)
{
    if (refuse_in_annotation(table, expression, "yield expression") < 0) return -1;
    if (visit_optional(table, value) < 0) return -1;
    table->current->generator = true;
    return refuse_yield_in_comprehension(table, expression);
}

static int visit_await(KrSymtable *table, KrExpr *expression)
{
    if (refuse_in_annotation(table, expression, "await expression") < 0) return -1;
    if (visit_expression(table, expression->v.await.value) < 0) return -1;
    table->current->coroutine = true;
    return 0;
}

// ---- expressions -------------------------------------------------------------------------------

static int visit_name(KrSymtable *table, KrExpr *expression)
{
    PyObject *name = expression->v.name.id;
    bool is_load = expression->v.name.ctx == KR_EXPR_CONTEXT_LOAD;
    if (define(table, name, is_load ? KR_USE : KR_DEF_LOCAL, expression) < 0) return -1;
    // super() needs the class that the method is in.
    if (is_load && table->current->type == KR_SCOPE_FUNCTION &&
        PyUnicode_CompareWithASCIIString(name, "super") == 0)
        return define(table, ID(__class__), KR_USE, expression);
    return 0;
}

static int visit_two(KrSymtable *table, KrExpr *first, KrExpr *second)
{
    return visit_expression(table, first) < 0 ? -1 : visit_expression(table, second);
}

// long: one line for each kind of expression
static int visit_expression_kind(KrSymtable *table, KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_NAMED_EXPR:
        if (refuse_in_annotation(table, e, "named expression") < 0) return -1;
        return visit_named_expression(table, e);
    case KR_EXPR_BOOL_OP: return visit_expressions(table, e->v.bool_op.values);
    case KR_EXPR_BIN_OP: return visit_two(table, e->v.bin_op.left, e->v.bin_op.right);
    case KR_EXPR_UNARY_OP: return visit_expression(table, e->v.unary_op.operand);
    case KR_EXPR_LAMBDA: return visit_lambda(table, e);
    case KR_EXPR_IF_EXP:
        if (visit_two(table, e->v.if_exp.test, e->v.if_exp.body) < 0) return -1;
        return visit_expression(table, e->v.if_exp.orelse);
    case KR_EXPR_DICT:
        if (visit_expressions(table, e->v.dict.keys) < 0) return -1;
        return visit_expressions(table, e->v.dict.values);
    case KR_EXPR_SET: return visit_expressions(table, e->v.set.elts);
    case KR_EXPR_GENERATOR_EXP:
        return visit_comprehension(table, e, ID(genexpr), e->v.generator_exp.generators,
                                   e->v.generator_exp.elt, NULL);
    case KR_EXPR_LIST_COMP:
        return visit_comprehension(table, e, ID(listcomp), e->v.list_comp.generators,
                                   e->v.list_comp.elt, NULL);
    case KR_EXPR_SET_COMP:
        return visit_comprehension(table, e, ID(setcomp), e->v.set_comp.generators,
                                   e->v.set_comp.elt, NULL);
    case KR_EXPR_DICT_COMP:
        return visit_comprehension(table, e, ID(dictcomp), e->v.dict_comp.generators,
                                   e->v.dict_comp.key, e->v.dict_comp.value);
    case KR_EXPR_YIELD: return visit_yield(table, e, e->v.yield.value);
    case KR_EXPR_YIELD_FROM: return visit_yield(table, e, e->v.yield_from.value);
    case KR_EXPR_AWAIT: return visit_await(table, e);
    case KR_EXPR_COMPARE:
        if (visit_expression(table, e->v.compare.left) < 0) return -1;
        return visit_expressions(table, e->v.compare.comparators);
    case KR_EXPR_CALL:
        if (visit_expression(table, e->v.call.func) < 0 ||
            visit_expressions(table, e->v.call.args) < 0)
            return -1;
        return visit_keywords(table, e->v.call.keywords);
    case KR_EXPR_FORMATTED_VALUE:
        if (visit_expression(table, e->v.formatted_value.value) < 0) return -1;
        return visit_optional(table, e->v.formatted_value.format_spec);
    case KR_EXPR_JOINED_STR: return visit_expressions(table, e->v.joined_str.values);
    case KR_EXPR_ATTRIBUTE: return visit_expression(table, e->v.attribute.value);
    case KR_EXPR_SUBSCRIPT: return visit_two(table, e->v.subscript.value, e->v.subscript.slice);
    case KR_EXPR_STARRED: return visit_expression(table, e->v.starred.value);
    case KR_EXPR_SLICE:
        if (visit_optional(table, e->v.slice.lower) < 0 ||
            visit_optional(table, e->v.slice.upper) < 0)
            return -1;
        return visit_optional(table, e->v.slice.step);
    case KR_EXPR_NAME: return visit_name(table, e);
    case KR_EXPR_LIST: return visit_expressions(table, e->v.list.elts);
    case KR_EXPR_TUPLE: return visit_expressions(table, e->v.tuple.elts);
    default: return 0;
    }
}

static int visit_expression(KrSymtable *table, KrExpr *expression)
{
    if (!kr_depth_enter(&table->depth)) return -1;
    int result = visit_expression_kind(table, expression);
    kr_depth_leave(&table->depth);
    return result;
}

// ---- patterns ----------------------------------------------------------------------------------

static int visit_pattern(KrSymtable *table, KrPattern *pattern);

static int visit_patterns(KrSymtable *table, KrPatternSeq *patterns)
{
    for (Py_ssize_t i = 0; i < patterns->length; i++)
        if (visit_pattern(table, patterns->items[i]) < 0) return -1;
    return 0;
}

static int capture(KrSymtable *table, KrPattern *pattern, PyObject *name)
{
    return name == NULL ? 0 : define(table, name, KR_DEF_LOCAL, pattern);
}

static int visit_pattern_kind(KrSymtable *table, KrPattern *p)
{
    switch (p->kind) {
    case KR_PATTERN_MATCH_VALUE: return visit_expression(table, p->v.match_value.value);
    case KR_PATTERN_MATCH_SEQUENCE: return visit_patterns(table, p->v.match_sequence.patterns);
    case KR_PATTERN_MATCH_STAR: return capture(table, p, p->v.match_star.name);
    case KR_PATTERN_MATCH_MAPPING:
        if (visit_expressions(table, p->v.match_mapping.keys) < 0 ||
            visit_patterns(table, p->v.match_mapping.patterns) < 0)
            return -1;
        return capture(table, p, p->v.match_mapping.rest);
    case KR_PATTERN_MATCH_CLASS:
        if (visit_expression(table, p->v.match_class.cls) < 0 ||
            visit_patterns(table, p->v.match_class.patterns) < 0)
            return -1;
        return visit_patterns(table, p->v.match_class.kwd_patterns);
    case KR_PATTERN_MATCH_AS:
        if (p->v.match_as.pattern != NULL && visit_pattern(table, p->v.match_as.pattern) < 0)
            return -1;
        return capture(table, p, p->v.match_as.name);
    case KR_PATTERN_MATCH_OR: return visit_patterns(table, p->v.match_or.patterns);
    default: return 0;
    }
}

static int visit_pattern(KrSymtable *table, KrPattern *pattern)
{
    if (!kr_depth_enter(&table->depth)) return -1;
    int result = visit_pattern_kind(table, pattern);
    kr_depth_leave(&table->depth);
    return result;
}

static int visit_match(KrSymtable *table, KrStmt *statement)
{
    if (visit_expression(table, statement->v.match.subject) < 0) return -1;
    KrMatchCaseSeq *cases = statement->v.match.cases;
    for (Py_ssize_t i = 0; i < cases->length; i++) {
        KrMatchCase *one = cases->items[i];
        if (visit_pattern(table, one->pattern) < 0 || visit_optional(table, one->guard) < 0 ||
            visit_statements(table, one->body) < 0)
            return -1;
    }
    return 0;
}

// ---- statements --------------------------------------------------------------------------------

static int visit_annotated_name(KrSymtable *table, KrStmt *statement, KrExpr *target)
{
    bool simple = statement->v.ann_assign.simple;
    long flags = flags_of(table, target->v.name.id);
    if (flags < 0) return -1;
    if ((flags & (KR_DEF_GLOBAL | KR_DEF_NONLOCAL)) && table->current->symbols != table->globals &&
        simple)
        return refuse(table, statement,
                      flags & KR_DEF_GLOBAL ? "annotated name '%U' can't be global"
                                            : "annotated name '%U' can't be nonlocal",
                      target->v.name.id);
    if (simple) return define(table, target->v.name.id, KR_DEF_ANNOT | KR_DEF_LOCAL, target);
    return statement->v.ann_assign.value ? define(table, target->v.name.id, KR_DEF_LOCAL, target)
                                         : 0;
}

static int visit_annotated_assignment(KrSymtable *table, KrStmt *statement)
{
    KrExpr *target = statement->v.ann_assign.target;
    int result = target->kind == KR_EXPR_NAME ? visit_annotated_name(table, statement, target)
                                              : visit_expression(table, target);
    if (result < 0 || visit_annotation(table, statement->v.ann_assign.annotation) < 0) return -1;
    return visit_optional(table, statement->v.ann_assign.value);
}

static const char *directive_conflict(long flags, bool global)
{
    if (flags & KR_DEF_PARAM)
        return global ? "name '%U' is parameter and global"
                      : "name '%U' is parameter and nonlocal";
    if (flags & KR_USE)
        return global ? "name '%U' is used prior to global declaration"
                      : "name '%U' is used prior to nonlocal declaration";
    if (flags & KR_DEF_ANNOT)
        return global ? "annotated name '%U' can't be global"
                      : "annotated name '%U' can't be nonlocal";
    return global ? "name '%U' is assigned to before global declaration"
                  : "name '%U' is assigned to before nonlocal declaration";
}

static int visit_directive(KrSymtable *table, KrStmt *statement, KrObjectSeq *names, bool global)
{
    for (Py_ssize_t i = 0; i < names->length; i++) {
        PyObject *name = names->items[i];
        long flags = flags_of(table, name);
        if (flags < 0) return -1;
        if (flags & (KR_DEF_PARAM | KR_DEF_LOCAL | KR_USE | KR_DEF_ANNOT))
            return refuse(table, statement, directive_conflict(flags, global), name);
        if (define(table, name, global ? KR_DEF_GLOBAL : KR_DEF_NONLOCAL, statement) < 0 ||
            record_directive(table, name, statement) < 0)
            return -1;
    }
    return 0;
}

// The name that an import binds: of a dotted one the first part.
static int visit_alias(KrSymtable *table, KrAlias *alias)
{
    PyObject *name = alias->asname ? alias->asname : alias->name;
    if (PyUnicode_CompareWithASCIIString(name, "*") == 0) {
        if (table->current->type == KR_SCOPE_MODULE) return 0;
        return refuse(table, alias, "import * only allowed at module level", NULL);
    }
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1);
    KR_AUTO PyObject *bound = dot < 0 ? Py_NewRef(name) : PyUnicode_Substring(name, 0, dot);
    return bound == NULL ? -1 : define(table, bound, KR_DEF_IMPORT, alias);
}

static int visit_aliases(KrSymtable *table, KrAliasSeq *aliases)
{
    for (Py_ssize_t i = 0; i < aliases->length; i++)
        if (visit_alias(table, aliases->items[i]) < 0) return -1;
    return 0;
}

static int visit_handlers(KrSymtable *table, KrExcepthandlerSeq *handlers)
{
    for (Py_ssize_t i = 0; i < handlers->length; i++) {
        __typeof__(handlers->items[i]->v.except_handler) *handler =
            &handlers->items[i]->v.except_handler;
        if (visit_optional(table, handler->type) < 0) return -1;
        if (handler->name && define(table, handler->name, KR_DEF_LOCAL, handlers->items[i]) < 0)
            return -1;
        if (visit_statements(table, handler->body) < 0) return -1;
    }
    return 0;
}

static int visit_try(KrSymtable *table, KrStmt *statement)
{
    static_assert(sizeof statement->v.try == sizeof statement->v.try_star,
                  "both have the same fields");
    __typeof__(statement->v.try) *parts = &statement->v.try;
    if (visit_statements(table, parts->body) < 0 || visit_statements(table, parts->orelse) < 0 ||
        visit_handlers(table, parts->handlers) < 0)
        return -1;
    return visit_statements(table, parts->finalbody);
}

static int visit_with(KrSymtable *table, KrStmt *statement)
{
    static_assert(sizeof statement->v.with == sizeof statement->v.async_with,
                  "both have the same fields");
    KrWithitemSeq *items = statement->v.with.items;
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (visit_expression(table, items->items[i]->context_expr) < 0 ||
            visit_optional(table, items->items[i]->optional_vars) < 0)
            return -1;
    return visit_statements(table, statement->v.with.body);
}

static int visit_for(KrSymtable *table, KrStmt *s)
{
    static_assert(sizeof s->v.for_ == sizeof s->v.async_for, "both have the same fields");
    if (visit_two(table, s->v.for_.target, s->v.for_.iter) < 0) return -1;
    return visit_statements(table, s->v.for_.body) < 0 ? -1
                                                       : visit_statements(table, s->v.for_.orelse);
}

static int visit_test(KrSymtable *table, KrExpr *test, KrStmtSeq *body, KrStmtSeq *orelse)
{
    if (visit_expression(table, test) < 0 || visit_statements(table, body) < 0) return -1;
    return visit_statements(table, orelse);
}

// long: one line for each kind of statement
static int visit_statement_kind(KrSymtable *table, KrStmt *s)
{
    switch (s->kind) {
    case KR_STMT_FUNCTION_DEF: return visit_function(table, s, false);
    case KR_STMT_ASYNC_FUNCTION_DEF: return visit_function(table, s, true);
    case KR_STMT_CLASS_DEF: return visit_class(table, s);
    case KR_STMT_RETURN:
        if (s->v.return_.value == NULL) return 0;
        table->current->returns_value = true;
        return visit_expression(table, s->v.return_.value);
    case KR_STMT_DELETE: return visit_expressions(table, s->v.delete.targets);
    case KR_STMT_ASSIGN:
        if (visit_expressions(table, s->v.assign.targets) < 0) return -1;
        return visit_expression(table, s->v.assign.value);
    case KR_STMT_AUG_ASSIGN:
        return visit_two(table, s->v.aug_assign.target, s->v.aug_assign.value);
    case KR_STMT_ANN_ASSIGN: return visit_annotated_assignment(table, s);
    case KR_STMT_FOR:
    case KR_STMT_ASYNC_FOR: return visit_for(table, s);
    case KR_STMT_WHILE:
        return visit_test(table, s->v.while_.test, s->v.while_.body, s->v.while_.orelse);
    case KR_STMT_IF: return visit_test(table, s->v.if_.test, s->v.if_.body, s->v.if_.orelse);
    case KR_STMT_WITH:
    case KR_STMT_ASYNC_WITH: return visit_with(table, s);
    case KR_STMT_MATCH: return visit_match(table, s);
    case KR_STMT_RAISE:
        return visit_optional(table, s->v.raise.exc) < 0 ? -1
                                                         : visit_optional(table, s->v.raise.cause);
    case KR_STMT_TRY:
    case KR_STMT_TRY_STAR: return visit_try(table, s);
    case KR_STMT_ASSERT:
        return visit_expression(table, s->v.assert_.test) < 0
                   ? -1
                   : visit_optional(table, s->v.assert_.msg);
    case KR_STMT_IMPORT: return visit_aliases(table, s->v.import.names);
    case KR_STMT_IMPORT_FROM: return visit_aliases(table, s->v.import_from.names);
    case KR_STMT_GLOBAL: return visit_directive(table, s, s->v.global.names, true);
    case KR_STMT_NONLOCAL: return visit_directive(table, s, s->v.nonlocal.names, false);
    case KR_STMT_EXPR: return visit_expression(table, s->v.expr.value);
    default: return 0;
    }
}

static int visit_statement(KrSymtable *table, KrStmt *statement)
{
    if (!kr_depth_enter(&table->depth)) return -1;
    int result = visit_statement_kind(table, statement);
    kr_depth_leave(&table->depth);
    return result;
}

// ---- the whole ---------------------------------------------------------------------------------

static int visit_module(KrSymtable *table, KrMod *module)
{
    switch (module->kind) {
    case KR_MOD_MODULE: return visit_statements(table, module->v.module.body);
    case KR_MOD_INTERACTIVE: return visit_statements(table, module->v.interactive.body);
    case KR_MOD_EXPRESSION: return visit_expression(table, module->v.expression.body);
    default:
        PyErr_SetString(PyExc_RuntimeError, "this compiler does not handle FunctionTypes");
        return -1;
    }
}

static int build(KrSymtable *table, KrMod *module)
{
    table->stack = PyList_New(0);
    table->scopes = PyDict_New();
    if (table->stack == NULL || table->scopes == NULL) return -1;
    if (open_scope(table, ID(top), KR_SCOPE_MODULE, module, (KrLocation){0, 0, 0, 0}) < 0)
        return -1;
    table->top = (KrScope *)Py_NewRef((PyObject *)table->current);
    if (visit_module(table, module) < 0 || close_scope(table) < 0) return -1;
    assert(table->depth.now == 0);
    return kr_symtable_analyze(table);
}

KrSymtable *kr_symtable_build(KrMod *module, PyObject *filename, const KrFuture *future)
{
    KrSymtable *table = PyMem_Malloc(sizeof *table);
    if (table == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *table =
        (KrSymtable){.filename = Py_NewRef(filename), .future = future, .depth = kr_depth_start()};
    if (build(table, module) == 0) return table;
    kr_symtable_free(table);
    return NULL;
}

void kr_symtable_free(KrSymtable *table)
{
    if (table == NULL) return;
    Py_DECREF(table->filename);
    Py_XDECREF(table->stack);
    Py_XDECREF(table->scopes);
    Py_XDECREF(table->top);
    PyMem_Free(table);
}
