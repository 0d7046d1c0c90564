/* An application with CPython inside: the main interpreter and COUNT others, each in a thread of its own and, from 3.12
 * on, with a GIL, a collector and an allocator of its own.
 *
 * usage: embedding HOW COUNT
 *   quiet    all wait outside of Python; what each of them tracks is written down first, "interpreter TYPE NUMBER"
 *   busy     all but the first of the others run Python; that one waits. For each line of input, a line with a count of
 * each coming   the last of the others ends and another takes its place, again and again again    Py_FinalizeEx and
 * Py_Initialize, twice, then as quiet ending   Py_FinalizeEx is under way: a function registered with atexit waits
 * Prints READY; ends with its standard input. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 16, TYPES_MAX = 4096, NAME_MAX_BYTES = 80 };

static const char CODE[] = "import gc, collections\n"
                           "gc.disable()\n"
                           "class Inner:\n"
                           "    def __init__(self): self.own = [self]\n"
                           "class Number(int): pass\n"
                           "KEPT = [Inner() for _ in range(100)]\n"
                           "MORE = collections.OrderedDict((Number(i), {str(i): (i, [])}) for i in range(50))\n";
static const char SPIN[] = "while True:\n    for i in range(100):\n        {i: [object(), str(i)]}\n    tick(NUMBER)\n";
static const char INNER[] = "import sys, types\ninner = sys.modules['inner'] = types.ModuleType('inner')\ninner.mark = [1, 2, 3]\n";
static const char WAITS_AT_EXIT[] =
    "import atexit, os\natexit.register(lambda: (os.write(1, b'READY\\n'), os.read(0, 1)))\n";

struct job {
    pthread_t thread;
    sem_t made, counts; /* it is there; it may count what it tracks: a new interpreter frees things of the older ones */
    int number;
    const char *how;
};

static struct job jobs[MOST];
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

static volatile unsigned long ticks[MOST];

static PyObject *tick(PyObject *self, PyObject *number)
{
    ticks[PyLong_AsLong(number)]++;
    (void)self;
    Py_RETURN_NONE;
}

static PyMethodDef TICK = {"tick", tick, METH_O, NULL};

static void must(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "embedding: %s\n", what);
    _exit(1);
}

/* ---- what an interpreter tracks, by type: nothing is made while it is counted ---- */

struct census {
    char names[TYPES_MAX][NAME_MAX_BYTES];
    unsigned counts[TYPES_MAX], types;
};

static void count(struct census *c, PyObject *object)
{
    const char *name = Py_TYPE(object)->tp_name, *dot = strrchr(name, '.');
    unsigned i = 0;
    name = dot ? dot + 1 : name;
    while (i < c->types && strcmp(c->names[i], name) != 0)
        i++;
    if (i == c->types) {
        must(c->types < TYPES_MAX, "too many types");
        snprintf(c->names[c->types++], NAME_MAX_BYTES, "%s", name);
    }
    c->counts[i]++;
}

static void take_census(void)
{
    struct census *c = calloc(1, sizeof *c);
    PyObject *gc = PyObject_GetAttrString(PyImport_AddModule("__main__"), "gc");
    /* The list itself is not in it. From 3.12 on collections put what is immortal aside as gc.freeze() does. */
    Py_XDECREF(PyObject_CallMethod(gc, "unfreeze", NULL));
    PyObject *all = PyObject_CallMethod(gc, "get_objects", NULL);
    must(c && all, "no census");
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(all); i++)
        count(c, PyList_GET_ITEM(all, i));
    Py_DECREF(all);
    Py_DECREF(gc);
    pthread_mutex_lock(&printing);
    for (unsigned i = 0; i < c->types; i++)
        printf("interpreter %s %u\n", c->names[i], c->counts[i]);
    pthread_mutex_unlock(&printing);
    free(c);
}

/* ---- interpreters ---- */

static void spin(int number)
{
    PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyDict_SetItemString(names, "tick", PyCFunction_New(&TICK, NULL));
    PyDict_SetItemString(names, "NUMBER", PyLong_FromLong(number));
    PyRun_SimpleString(SPIN);
}

static PyThreadState *new_interpreter(void)
{
#if PY_VERSION_HEX >= 0x030c0000
    PyInterpreterConfig config = {
        .allow_threads = 1, .check_multi_interp_extensions = 1, .gil = PyInterpreterConfig_OWN_GIL};
    PyThreadState *made = NULL;
    PyStatus status = Py_NewInterpreterFromConfig(&made, &config);
    return PyStatus_Exception(status) ? NULL : made;
#else
    return Py_NewInterpreter();
#endif
}

/* Leaves none current; the main interpreter's is taken again. */
static void end_interpreter(PyThreadState *of_main)
{
    Py_EndInterpreter(PyThreadState_Get());
#if PY_VERSION_HEX >= 0x030c0000
    PyEval_RestoreThread(of_main);
#else
    PyThreadState_Swap(of_main);
#endif
}

static void wait_outside(void)
{
    Py_BEGIN_ALLOW_THREADS for (;;) pause();
    Py_END_ALLOW_THREADS
}

static void *live(void *arg)
{
    struct job *job = arg;
    int first = job->number == 0;
    PyGILState_STATE held = PyGILState_Ensure();
    PyThreadState *of_main = PyThreadState_Get();
    for (int coming = strcmp(job->how, "coming") == 0 && !first;;) {
        must(new_interpreter() != NULL, "no interpreter");
        must(PyRun_SimpleString(CODE) == 0 && PyRun_SimpleString(INNER) == 0, "its code fails");
        sem_post(&job->made);
        if (!coming)
            break;
        end_interpreter(of_main);
    }
    if (strcmp(job->how, "busy") == 0 && !first)
        spin(job->number);
    Py_BEGIN_ALLOW_THREADS sem_wait(&job->counts);
    Py_END_ALLOW_THREADS if (PY_VERSION_HEX >= 0x03090000) /* 3.8: the collector of the main one has all */
        take_census();
    sem_post(&job->made);
    wait_outside();
    PyGILState_Release(held);
    return NULL;
}

static void start(const char *how, int others)
{
    Py_BEGIN_ALLOW_THREADS for (int i = 0; i < others; i++)
    {
        struct job *job = &jobs[i];
        job->number = i;
        job->how = how;
        sem_init(&job->made, 0, 0);
        sem_init(&job->counts, 0, 0);
        must(pthread_create(&job->thread, NULL, live, job) == 0, "no thread");
        sem_wait(&job->made);
    }
    for (int i = 0; i < others && strcmp(how, "quiet") == 0; i++) {
        sem_post(&jobs[i].counts);
        sem_wait(&jobs[i].made);
    }
    Py_END_ALLOW_THREADS
}

int main(int argc, char **argv)
{
    must(argc == 3, "usage: embedding HOW COUNT");
    const char *how = argv[1];
    int others = atoi(argv[2]), again = strcmp(how, "again") == 0;
    must(others <= MOST, "too many interpreters");
    Py_InitializeEx(0);
    for (int i = 0; again && i < 2; i++) {
        must(PyRun_SimpleString(CODE) == 0 && Py_FinalizeEx() == 0, "it does not end");
        Py_InitializeEx(0);
    }
    must(PyRun_SimpleString(CODE) == 0 && PyRun_SimpleString("MARK = ['of the main interpreter']\n") == 0,
         "its code fails");
    start(again ? "quiet" : how, others);
    if (strcmp(how, "ending") == 0) {
        must(PyRun_SimpleString(WAITS_AT_EXIT) == 0, "its code fails");
        return Py_FinalizeEx();
    }
    take_census();
    puts("READY");
    fflush(stdout);
    Py_BEGIN_ALLOW_THREADS char line[80];
    while (fgets(line, sizeof line, stdin)) {
        for (int i = 0; i < others; i++)
            printf("%lu ", ticks[i]);
        puts("");
        fflush(stdout);
    }
    _exit(0);
    Py_END_ALLOW_THREADS
}
