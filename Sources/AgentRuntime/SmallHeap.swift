import CMalloc

/// How the agent's process takes memory: what an inventory needed for a moment goes back to the system at once.
public enum SmallHeap {
    /// Called first of all, before there are threads: each would be given a heap of its own, and what is freed in one is
    /// of no use to the next.
    public static func prepare() {
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, 64 << 10)
        mallopt(M_TRIM_THRESHOLD, 128 << 10)
    }

    /// What was freed in the middle of the heap goes back, too.
    static func giveBack() { malloc_trim(0) }
}
