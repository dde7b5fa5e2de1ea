// state.c - the containers' counters and free lists.
#include "objects/containers/state.h"

#include "objects/containers/dict_table.h"
#include "objects/containers/tuple.h"
#include "objimpl.h"

KrContainersState kr_containers_state = {
    .dict_version = 0,
    .keys_version = 1,  // 1 is the empty keys'
};

void kr_containers_clear_free_lists(void)
{
    KrContainersState *state = &kr_containers_state;
    while (state->dict_count > 0) PyObject_GC_Del(state->dicts[--state->dict_count]);
    while (state->keys_count > 0) PyObject_Free(state->keys[--state->keys_count]);
    while (state->list_count > 0) PyObject_GC_Del(state->lists[--state->list_count]);
    if (state->slice != NULL) PyObject_GC_Del(kr_take(state->slice));
    kr_tuple_clear_free_lists();
}
