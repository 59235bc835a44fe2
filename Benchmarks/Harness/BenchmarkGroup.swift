/// Figures that belong together: a folder or file of its own, and one line in `BenchmarkGroups`.
protocol BenchmarkGroup: Sendable {
    /// What `make bench ONLY=name` calls it.
    static var name: String { get }
    /// One line for `--list`.
    static var summary: String { get }

    /// Prepares its data, measures with `bench`, and removes what lies outside the scratch server.
    func run(_ bench: Bench) async throws
}
