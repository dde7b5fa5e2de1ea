// state.h - what the containers keep between calls: counters and free lists.  Guarded by the GIL.
#ifndef KR_CONTAINERS_STATE_H
#define KR_CONTAINERS_STATE_H

#include "object.h"
#include "dictobject.h"
#include "listobject.h"
#include "tupleobject.h"
#include "sliceobject.h"

#include <stdint.h>

enum {
    KR_DICTS_KEPT = 80,
    KR_LISTS_KEPT = 80,
    KR_TUPLE_SIZES_KEPT = 20,  // tuples of 1 … 20 items
    KR_TUPLES_KEPT = 2000,     // of each size
};

typedef struct KrContainersState {
    uint64_t dict_version;   // the last ma_version_tag given
    uint32_t keys_version;   // the last dk_version given
    int dict_count, keys_count, list_count;
    PyDictObject *dicts[KR_DICTS_KEPT];
    PyDictKeysObject *keys[KR_DICTS_KEPT];
    PyListObject *lists[KR_LISTS_KEPT];
    PyTupleObject *tuples[KR_TUPLE_SIZES_KEPT];  // chained through ob_item[0]
    int tuple_counts[KR_TUPLE_SIZES_KEPT];
    PyTupleObject *empty_tuple;
    PySliceObject *slice;    // one kept for reuse
} KrContainersState;

extern KrContainersState kr_containers_state;

// Frees everything that is kept for reuse (a full collection, the end).
void kr_containers_clear_free_lists(void);

#endif
