/*
 * Stands between a program and the C library (LD_PRELOAD), and sees every operation that changes files under one folder:
 * counts them, writes them down, and makes one of them fail. Linux only. Built and spoken to by shim.py, which mirrors the
 * enums and the record below.
 *
 *   TORTURE_ROOT=DIR      the folder; what lies elsewhere is passed on unseen. Its real path, without symbolic links
 *   TORTURE_LOG=FILE      one record an operation, in order (struct record); outside the folder
 *   TORTURE_FAIL_AT=n     the n-th operation of a process, from 1 on, fails ...
 *   TORTURE_HOW=...       kill    SIGKILL before it
 *                         torn    half of a write is done, then SIGKILL; anything else is done whole, then SIGKILL
 *                         enospc  -1 and ENOSPC, once
 *                         eio     -1 and EIO, once
 *                         full    -1 and ENOSPC for this and every later one that may need space, for good
 *   TORTURE_QUOTA=bytes   the files under the folder do not grow beyond it in sum: a write that would is short, then ENOSPC
 *
 * An operation: a file opened for writing, made or emptied; a write, a sync, a truncation, a rename, a link, a removal, a new
 * folder. Reading is none, nor is closing. What a process does not do through these functions it must not do: a way to change
 * files that would go past them (sendfile and its like) ends the process.
 *
 * Makes the system calls itself, so it never calls itself. One lock makes an operation and its record one step.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum op { OPEN = 1, CREATE, TRUNCATE, WRITE, FSYNC, FDATASYNC, RENAME, LINK, UNLINK, MKDIR, RMDIR, FAILED };
enum how { KILL = 1, TORN, NO_SPACE, IO_ERROR, FULL };
static const char *const HOWS[] = {"", "kill", "torn", "enospc", "eio", "full"};

/* Followed by the path and the second path, relative to the folder, and by what was written. */
struct record {
    uint32_t op, path_length;
    uint64_t offset, length;
    uint32_t pid, second_length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], log_path[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static long count, fail_at, quota = -1;
static enum how how;
static int disk_full;

/* ── spoken to by a program that knows of us ── */

/* From now on: count from 1 again, and fail at this operation (0: at none). Operations so far are forgotten. */
void torture_arm(long at, int in_which_way) {
    pthread_mutex_lock(&lock);
    count = 0;
    fail_at = at;
    how = (enum how)in_which_way;
    disk_full = 0;
    pthread_mutex_unlock(&lock);
}

/* Under another folder from now on, and written down in this file ("": in none). */
void torture_watch(const char *folder, const char *log) {
    pthread_mutex_lock(&lock);
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    snprintf(log_path, sizeof log_path, "%s", log);
    if (log_fd >= 0)
        syscall(SYS_close, log_fd);
    log_fd = -1;
    pthread_mutex_unlock(&lock);
}

/* Operations of this process since it began or was armed. */
long torture_count(void) { return count; }

static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }

__attribute__((constructor)) static void begin(void) {
    const char *given;
    pthread_atfork(hold, let_go, let_go);
    const char *folder = getenv("TORTURE_ROOT"), *log = getenv("TORTURE_LOG");
    torture_watch(folder ? folder : "", log ? log : "");
    fail_at = (given = getenv("TORTURE_FAIL_AT")) ? atol(given) : 0;
    quota = (given = getenv("TORTURE_QUOTA")) ? atol(given) : -1;
    if ((given = getenv("TORTURE_HOW")))
        for (int one = KILL; one <= FULL; one++)
            if (!strcmp(given, HOWS[one]))
                how = (enum how)one;
}

/* ── which file it is ── */

/* The path within the folder ("" for the folder itself), or NULL. */
static const char *within(const char *path) {
    if (!root_length || strncmp(path, root, root_length))
        return NULL;
    if (path[root_length] == '\0')
        return "";
    return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

/* Of an open file, as the system knows it: nothing has to be remembered, whatever is duplicated, forked or renamed. */
static const char *of_file(int fd, char buffer[PATH_MAX]) {
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, name, buffer, PATH_MAX - 1);
    if (length < 0)
        return NULL;
    buffer[length] = '\0';
    static const char gone[] = " (deleted)";
    size_t tail = sizeof gone - 1;
    if ((size_t)length > tail && !strcmp(buffer + length - tail, gone))
        return NULL; /* what is written to it now reaches no disk */
    return within(buffer);
}

static const char *of_path(int folder, const char *path, char buffer[PATH_MAX]) {
    if (path[0] == '/')
        return within(path);
    char start[PATH_MAX];
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, start, sizeof start) < 0)
            return NULL;
    } else if (of_file(folder, start) == NULL) {
        return NULL;
    }
    if (snprintf(buffer, PATH_MAX, "%s/%s", start, path) >= PATH_MAX)
        return NULL;
    return within(buffer);
}

/* ── what becomes of an operation ── */

static void note(enum op op, const char *path, const char *second, uint64_t offset, const void *data, uint64_t length) {
    int kept = errno;
    if (log_path[0]) {
        if (log_fd < 0)
            log_fd = syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        struct record record = {op, strlen(path), offset, length, syscall(SYS_getpid), strlen(second)};
        struct iovec parts[] = {
            {&record, sizeof record},
            {(void *)path, record.path_length},
            {(void *)second, record.second_length},
            {(void *)data, length},
        };
        size_t whole = sizeof record + record.path_length + record.second_length + length;
        if ((size_t)syscall(SYS_writev, log_fd, parts, 4) != whole)
            abort(); /* half a log would be taken for a whole one */
    }
    errno = kept;
}

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;)
        pause();
}

/* Counts the operation. What it must fail with, or 0; does not return where it is killed before. `needs_space` as `full` has it. */
static int verdict(int needs_space, int *torn) {
    *torn = 0;
    if (++count == fail_at) {
        switch (how) {
        case KILL: die(); break;
        case TORN: *torn = 1; break;
        case NO_SPACE: return ENOSPC;
        case IO_ERROR: return EIO;
        case FULL: disk_full = 1; break;
        }
    }
    return disk_full && needs_space ? ENOSPC : 0;
}

/* Bytes that the files take under the folder, in blocks of 4096 as a file system counts them. */
static long used(const char *folder) {
    long sum = 0;
    DIR *open_folder = opendir(folder);
    for (struct dirent *entry; open_folder && (entry = readdir(open_folder));) {
        char path[PATH_MAX];
        struct stat is;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path || lstat(path, &is))
            continue;
        sum += S_ISDIR(is.st_mode) ? used(path) : (is.st_size + 4095) / 4096 * 4096;
    }
    if (open_folder)
        closedir(open_folder);
    return sum;
}

/* How many of `length` bytes at `offset` there is room for. */
static size_t room(int fd, off_t offset, size_t length) {
    struct stat is;
    if (quota < 0 || fstat(fd, &is))
        return length;
    off_t blocks = (is.st_size + 4095) / 4096 * 4096;
    if (offset + (off_t)length <= blocks)
        return length;
    long left = quota - used(root);
    off_t most = blocks + (left > 0 ? left / 4096 * 4096 : 0);
    if (offset >= most)
        return 0;
    return offset + (off_t)length <= most ? length : (size_t)(most - offset);
}

/* One operation that is no write: decided, done, written down. `CALL` is the system call; gives its value. */
#define OPERATION(op, path, second, offset, needs_space, CALL)                                                                 \
    do {                                                                                                                       \
        int torn;                                                                                                              \
        pthread_mutex_lock(&lock);                                                                                             \
        int wrong = verdict(needs_space, &torn);                                                                               \
        long result = wrong ? -1 : (CALL);                                                                                     \
        if (wrong)                                                                                                             \
            errno = wrong;                                                                                                     \
        note(result < 0 ? FAILED : (op), path, second, offset, "", 0);                                                         \
        if (torn)                                                                                                              \
            die();                                                                                                             \
        pthread_mutex_unlock(&lock);                                                                                           \
        return result;                                                                                                         \
    } while (0)

static ssize_t do_write(int fd, const void *data, size_t length, off_t at, int positioned) {
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (path == NULL)
        return positioned ? syscall(SYS_pwrite64, fd, data, length, at) : syscall(SYS_write, fd, data, length);
    int torn;
    pthread_mutex_lock(&lock);
    int wrong = verdict(1, &torn);
    if (!positioned)
        at = lseek(fd, 0, syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    size_t fits = torn ? length / 2 : room(fd, at, length);
    if (!wrong && length && !fits && !torn)
        wrong = ENOSPC;
    ssize_t done = -1;
    if (wrong)
        errno = wrong;
    else
        done = positioned ? syscall(SYS_pwrite64, fd, data, fits, at) : syscall(SYS_write, fd, data, fits);
    note(done < 0 ? FAILED : WRITE, path, "", at, data, done < 0 ? 0 : done);
    if (torn)
        die();
    pthread_mutex_unlock(&lock);
    return done;
}

static ssize_t do_writev(int fd, const struct iovec *parts, int number, off_t at, int positioned) {
    char buffer[PATH_MAX];
    if (of_file(fd, buffer) == NULL)
        return positioned ? syscall(SYS_pwritev, fd, parts, number, at, 0) : syscall(SYS_writev, fd, parts, number);
    size_t length = 0;
    for (int one = 0; one < number; one++)
        length += parts[one].iov_len;
    char *whole = malloc(length + 1), *end = whole;
    for (int one = 0; one < number; one++)
        end = mempcpy(end, parts[one].iov_base, parts[one].iov_len);
    ssize_t done = do_write(fd, whole, length, at, positioned);
    free(whole);
    return done;
}

static int do_open(int folder, const char *path, int flags, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = of_path(folder, path, buffer);
    if (name == NULL || !((flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC)))
        return syscall(SYS_openat, folder, path, flags, mode);
    struct stat is;
    int new = flags & O_CREAT && fstatat(folder, path, &is, 0);
    OPERATION(new ? CREATE : flags & O_TRUNC ? TRUNCATE : OPEN, name, "", 0, new, syscall(SYS_openat, folder, path, flags, mode));
}

/* ── the functions that programs call ── */

#define MODE(flags)                                                                                                            \
    mode_t mode = 0;                                                                                                           \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                                   \
        va_list more;                                                                                                          \
        va_start(more, flags);                                                                                                 \
        mode = va_arg(more, mode_t);                                                                                           \
        va_end(more);                                                                                                          \
    }

int open(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return do_open(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return do_open(folder, path, flags, mode); }
int __open_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

ssize_t write(int fd, const void *data, size_t length) { return do_write(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return do_write(fd, data, length, at, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return do_write(fd, data, length, at, 1); }
ssize_t writev(int fd, const struct iovec *parts, int number) { return do_writev(fd, parts, number, 0, 0); }
ssize_t pwritev(int fd, const struct iovec *parts, int number, off_t at) { return do_writev(fd, parts, number, at, 1); }
ssize_t pwritev64(int fd, const struct iovec *parts, int number, off64_t at) { return do_writev(fd, parts, number, at, 1); }

static int do_sync(int fd, enum op op, long call) {
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (path == NULL)
        return syscall(call, fd);
    OPERATION(op, path, "", 0, 0, syscall(call, fd));
}

int fsync(int fd) { return do_sync(fd, FSYNC, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, FDATASYNC, SYS_fdatasync); }

int ftruncate(int fd, off_t length) {
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (path == NULL)
        return syscall(SYS_ftruncate, fd, length);
    OPERATION(TRUNCATE, path, "", length, 0, syscall(SYS_ftruncate, fd, length));
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int truncate(const char *path, off_t length) {
    char buffer[PATH_MAX];
    const char *name = of_path(AT_FDCWD, path, buffer);
    if (name == NULL)
        return syscall(SYS_truncate, path, length);
    OPERATION(TRUNCATE, name, "", length, 0, syscall(SYS_truncate, path, length));
}
int truncate64(const char *path, off64_t length) { return truncate(path, length); }

int renameat2(int folder, const char *path, int other, const char *to, unsigned flags) {
    char first[PATH_MAX], second[PATH_MAX];
    const char *from = of_path(folder, path, first), *name = of_path(other, to, second);
    if (from == NULL && name == NULL)
        return syscall(SYS_renameat2, folder, path, other, to, flags);
    OPERATION(RENAME, from ? from : path, name ? name : to, 0, 1, syscall(SYS_renameat2, folder, path, other, to, flags));
}
int renameat(int folder, const char *path, int other, const char *to) { return renameat2(folder, path, other, to, 0); }
int rename(const char *path, const char *to) { return renameat2(AT_FDCWD, path, AT_FDCWD, to, 0); }

int linkat(int folder, const char *path, int other, const char *to, int flags) {
    char first[PATH_MAX], second[PATH_MAX];
    const char *from = of_path(folder, path, first), *name = of_path(other, to, second);
    if (name == NULL)
        return syscall(SYS_linkat, folder, path, other, to, flags);
    OPERATION(LINK, from ? from : path, name, 0, 1, syscall(SYS_linkat, folder, path, other, to, flags));
}
int link(const char *path, const char *to) { return linkat(AT_FDCWD, path, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char *path, int flags) {
    char buffer[PATH_MAX];
    const char *name = of_path(folder, path, buffer);
    if (name == NULL)
        return syscall(SYS_unlinkat, folder, path, flags);
    OPERATION(flags & AT_REMOVEDIR ? RMDIR : UNLINK, name, "", 0, 0, syscall(SYS_unlinkat, folder, path, flags));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = of_path(folder, path, buffer);
    if (name == NULL)
        return syscall(SYS_mkdirat, folder, path, mode);
    struct stat is;
    int new = fstatat(folder, path, &is, 0);
    OPERATION(MKDIR, name, "", 0, new, syscall(SYS_mkdirat, folder, path, mode));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* ── ways past us ── */

static void must_not(int fd, const char *what) {
    char buffer[PATH_MAX];
    if (of_file(fd, buffer) != NULL) {
        fprintf(stderr, "torture: %s changes a file unseen\n", what);
        abort();
    }
}

ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
    must_not(to, "sendfile");
    return syscall(SYS_sendfile, to, from, offset, length);
}
ssize_t sendfile64(int to, int from, off64_t *offset, size_t length) { return sendfile(to, from, offset, length); }
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
    must_not(to, "copy_file_range");
    return syscall(SYS_copy_file_range, from, at, to, there, length, flags);
}
int fallocate(int fd, int mode, off_t offset, off_t length) {
    must_not(fd, "fallocate");
    return syscall(SYS_fallocate, fd, mode, offset, length);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) { return fallocate(fd, 0, offset, length) ? errno : 0; }
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }
