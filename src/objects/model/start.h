// start.h - the object system from nothing to usable.
#ifndef KR_OBJECTS_MODEL_START_H
#define KR_OBJECTS_MODEL_START_H

// Interns the names, readies all types of the floor and the exceptions, and fills the hooks that
// this floor serves.  kr_runtime_init and kr_hash_secret_init have run.  0, or -1 (perhaps with an
// exception).
int kr_start_objects(void);

#endif
