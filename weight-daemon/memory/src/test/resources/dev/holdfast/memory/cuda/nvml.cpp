// Stands in for libnvidia-ml.so.1 in tests: the few functions that Holdfast calls, with the types of nvml.h. What a
// device's processes take comes from the environment: HOLDFAST_NVML=PID:BYTES,PID:BYTES,... ("-" for not available).
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {
struct Device {
    const char *uuid;
};

struct Memory {
    unsigned long long total, free, used;
};

struct Process {
    unsigned int pid;
    unsigned long long used;
    unsigned int gpu_instance, compute_instance;
};

enum { SUCCESS = 0, UNINITIALIZED = 1, NOT_SUPPORTED = 3, NO_PERMISSION = 4, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7 };

Device devices[] = {{"GPU-usual"}, {"GPU-crowded"}, {"GPU-denied"}};
int started = 0;

void put(Process *infos, unsigned int at, unsigned int pid, unsigned long long used) {
    infos[at] = {pid, used, 0xffffffffu, 0xffffffffu};
}

int told(unsigned int *count, Process *infos) {
    const char *at = getenv("HOLDFAST_NVML");
    unsigned int found = 0;
    while (at != nullptr && *at != '\0') {
        char *end;
        unsigned int pid = static_cast<unsigned int>(strtoul(at, &end, 10));
        const char *bytes = end + 1;
        unsigned long long used = *bytes == '-' ? ~0ull : strtoull(bytes, nullptr, 10);
        if (found < *count) put(infos, found, pid, used);
        found++;
        const char *comma = strchr(bytes, ',');
        at = comma == nullptr ? nullptr : comma + 1;
    }
    bool enough = found <= *count;
    *count = found;
    return enough ? SUCCESS : INSUFFICIENT_SIZE;
}

// More than anybody has room for at first; one pid is twice there, one does not tell.
int crowd(unsigned int *count, Process *infos) {
    const unsigned int number = 500;
    if (*count < number) {
        *count = number;
        return INSUFFICIENT_SIZE;
    }
    for (unsigned int i = 0; i < number; i++) put(infos, i, 1000 + i, 1ull << 33);
    infos[1].pid = 1000;
    infos[2].used = ~0ull;
    *count = number;
    return SUCCESS;
}
}  // namespace

extern "C" {
int nvmlInit_v2() {
    started++;
    return SUCCESS;
}

int nvmlShutdown() { return started-- > 0 ? SUCCESS : UNINITIALIZED; }

const char *nvmlErrorString(int result) {
    switch (result) {
        case NO_PERMISSION: return "Insufficient Permissions";
        case NOT_FOUND: return "Not Found";
        default: return "Unknown Error";
    }
}

int nvmlDeviceGetHandleByUUID(const char *uuid, Device **device) {
    if (started == 0) return UNINITIALIZED;
    for (Device &each : devices) {
        if (strcmp(each.uuid, uuid) == 0) {
            *device = &each;
            return SUCCESS;
        }
    }
    return NOT_FOUND;
}

int nvmlDeviceGetName(Device *device, char *name, unsigned int length) {
    snprintf(name, length, "Stub of %s", device->uuid);
    return SUCCESS;
}

int nvmlDeviceGetMemoryInfo(Device *, Memory *memory) {
    *memory = {80ull << 30, 78ull << 30, 2ull << 30};
    return SUCCESS;
}

int nvmlDeviceGetComputeRunningProcesses_v3(Device *device, unsigned int *count, Process *infos) {
    if (device == &devices[2]) return NO_PERMISSION;
    return device == &devices[1] ? crowd(count, infos) : told(count, infos);
}

int nvmlDeviceGetMPSComputeRunningProcesses_v3(Device *device, unsigned int *count, Process *infos) {
    if (device != &devices[1]) return NOT_SUPPORTED;
    if (*count < 2) {
        *count = 2;
        return INSUFFICIENT_SIZE;
    }
    put(infos, 0, 7, 11);
    put(infos, 1, 1003, 13);
    *count = 2;
    return SUCCESS;
}
}
