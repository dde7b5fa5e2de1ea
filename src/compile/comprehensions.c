// comprehensions.c - list, set and dict comprehensions and generator expressions: a function of
// its own, which gets the outermost iterator as its argument.
#include "compile/compiler.h"

#include "runtime/owned.h"
#include "unicodeobject.h"
#include "objects/strings/names.h"

// One comprehension, whatever its kind.
typedef struct KrLoops {
    int kind; // KR_EXPR_…
    KrComprehensionSeq *loops;
    KrExpr *element, *value; // value: of dicts only
} KrLoops;

static KrLoops loops_of(KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_DICT_COMP:
        return (KrLoops){e->kind, e->v.dict_comp.generators, e->v.dict_comp.key,
                         e->v.dict_comp.value};
    case KR_EXPR_LIST_COMP:
        return (KrLoops){e->kind, e->v.list_comp.generators, e->v.list_comp.elt, NULL};
    case KR_EXPR_SET_COMP:
        return (KrLoops){e->kind, e->v.set_comp.generators, e->v.set_comp.elt, NULL};
    default:
        return (KrLoops){e->kind, e->v.generator_exp.generators, e->v.generator_exp.elt, NULL};
    }
}

static void visit_loop(KrCompiler *c, const KrLoops *loops, Py_ssize_t index, int depth);

static void add_element(KrCompiler *c, const KrLoops *loops, int depth)
{
    kr_visit_expression(c, loops->element);
    switch (loops->kind) {
    case KR_EXPR_LIST_COMP: kr_emit_arg(c, OP_LIST_APPEND, depth + 1); break;
    case KR_EXPR_SET_COMP: kr_emit_arg(c, OP_SET_ADD, depth + 1); break;
    case KR_EXPR_DICT_COMP:
        kr_visit_expression(c, loops->value);
        kr_emit_arg(c, OP_MAP_ADD, depth + 1);
        break;
    default:
        if (!c->failed && c->unit->scope->generator && c->unit->scope->coroutine)
            kr_emit(c, OP_ASYNC_GEN_WRAP);
        kr_emit(c, OP_YIELD_VALUE);
        kr_emit_arg(c, OP_RESUME, KR_RESUME_AFTER_YIELD);
        kr_emit(c, OP_POP_TOP);
    }
}

static void test_conditions(KrCompiler *c, KrExprSeq *conditions, KrBlock *otherwise)
{
    for (Py_ssize_t i = 0; i < conditions->length; i++)
        kr_jump_if(c, conditions->items[i], otherwise, false);
}

static void take_argument(KrCompiler *c)
{
    c->unit->argcount = 1;
    kr_emit_arg(c, OP_LOAD_FAST, 0);
}

// `for x in [value]` is an assignment: the single item, or NULL.
static KrExpr *single_item(KrExpr *iterable)
{
    KrExprSeq *items = iterable->kind == KR_EXPR_LIST    ? iterable->v.list.elts
                       : iterable->kind == KR_EXPR_TUPLE ? iterable->v.tuple.elts
                                                         : kr_ast_empty_seq();
    return items->length == 1 && items->items[0]->kind != KR_EXPR_STARRED ? items->items[0] : NULL;
}

static void visit_sync_loop(KrCompiler *c, const KrLoops *loops, Py_ssize_t index, int depth)
{
    KrBlock *start = kr_new_block(c), *skip = kr_new_block(c), *if_cleanup = kr_new_block(c);
    KrBlock *anchor = kr_new_block(c);
    if (c->failed) return;
    KrComprehension *loop = loops->loops->items[index];
    KrExpr *item = index > 0 ? single_item(loop->iter) : NULL;
    if (index == 0) take_argument(c);
    else if (item != NULL) kr_visit_expression(c, item);
    else {
        kr_visit_expression(c, loop->iter);
        kr_emit(c, OP_GET_ITER);
    }
    if (item == NULL) {
        depth++;
        kr_use_block(c, start);
        kr_emit_jump(c, OP_FOR_ITER, anchor);
    }
    kr_visit_expression(c, loop->target);
    test_conditions(c, loop->ifs, if_cleanup);
    if (index + 1 < loops->loops->length) visit_loop(c, loops, index + 1, depth);
    else {
        add_element(c, loops, depth);
        kr_use_block(c, skip);
    }
    kr_use_block(c, if_cleanup);
    if (item != NULL) return;
    kr_emit_jump(c, OP_JUMP, start);
    kr_use_block(c, anchor);
}

static void visit_async_loop(KrCompiler *c, const KrLoops *loops, Py_ssize_t index, int depth)
{
    KrBlock *start = kr_new_block(c), *except = kr_new_block(c), *if_cleanup = kr_new_block(c);
    if (c->failed) return;
    KrComprehension *loop = loops->loops->items[index];
    if (index == 0) take_argument(c);
    else {
        kr_visit_expression(c, loop->iter);
        kr_emit(c, OP_GET_AITER);
    }
    kr_use_block(c, start);
    kr_push_frame(c, KR_FRAME_ASYNC_COMPREHENSION, start, NULL, NULL);
    kr_emit_jump(c, OP_SETUP_FINALLY, except);
    kr_emit(c, OP_GET_ANEXT);
    kr_emit_constant(c, Py_None);
    kr_emit_yield_from(c, true);
    kr_emit(c, OP_POP_BLOCK);
    kr_visit_expression(c, loop->target);
    test_conditions(c, loop->ifs, if_cleanup);
    depth++;
    if (index + 1 < loops->loops->length) visit_loop(c, loops, index + 1, depth);
    else add_element(c, loops, depth);
    kr_use_block(c, if_cleanup);
    kr_emit_jump(c, OP_JUMP, start);
    kr_pop_frame(c, KR_FRAME_ASYNC_COMPREHENSION);
    kr_use_block(c, except);
    kr_emit(c, OP_END_ASYNC_FOR);
}

static void visit_loop(KrCompiler *c, const KrLoops *loops, Py_ssize_t index, int depth)
{
    if (c->failed || !kr_check(c, kr_depth_enter(&c->depth))) return;
    if (loops->loops->items[index]->is_async) visit_async_loop(c, loops, index, depth);
    else visit_sync_loop(c, loops, index, depth);
    kr_depth_leave(&c->depth);
}

// ---- the function around -----------------------------------------------------------------------

static PyObject *unit_name(int kind)
{
    switch (kind) {
    case KR_EXPR_LIST_COMP: return kr_unit_label(KR_LABEL_LISTCOMP);
    case KR_EXPR_SET_COMP: return kr_unit_label(KR_LABEL_SETCOMP);
    case KR_EXPR_DICT_COMP: return kr_unit_label(KR_LABEL_DICTCOMP);
    default: return kr_unit_label(KR_LABEL_GENEXPR);
    }
}

static int builder(int kind)
{
    return kind == KR_EXPR_LIST_COMP  ? OP_BUILD_LIST
           : kind == KR_EXPR_SET_COMP ? OP_BUILD_SET
                                      : OP_BUILD_MAP;
}

void kr_visit_comprehension(KrCompiler *c, KrExpr *e)
{
    if (c->failed) return;
    KrLoops loops = loops_of(e);
    bool is_generator = e->kind == KR_EXPR_GENERATOR_EXP, await_at_top = kr_awaits_at_top(c);
    KrUnitKind outer = c->unit->kind;
    kr_unit_open(c, KR_UNIT_COMPREHENSION, unit_name(e->kind), e, e->lineno);
    bool is_async = !c->failed && c->unit->scope->coroutine;
    if (!c->failed) kr_set_location(c, e);
    if (is_async && !is_generator && outer != KR_UNIT_ASYNC_FUNCTION &&
        outer != KR_UNIT_COMPREHENSION && !await_at_top)
        kr_refuse(c, "asynchronous comprehension outside of an asynchronous function");
    if (!is_generator) kr_emit_arg(c, builder(e->kind), 0);
    visit_loop(c, &loops, 0, 0);
    if (!is_generator) kr_emit(c, OP_RETURN_VALUE);
    PyObject *code = kr_unit_close(c, true);
    if (await_at_top && is_async && !c->failed) c->unit->scope->coroutine = true;
    kr_make_function(c, code, 0);
    KrComprehension *outermost = loops.loops->items[0];
    kr_visit_expression(c, outermost->iter);
    kr_emit(c, outermost->is_async ? OP_GET_AITER : OP_GET_ITER);
    kr_emit_call(c, 0);
    if (is_async && !is_generator) {
        kr_emit_arg(c, OP_GET_AWAITABLE, 0);
        kr_emit_constant(c, Py_None);
        kr_emit_yield_from(c, true);
    }
}
