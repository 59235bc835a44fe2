import Domain

/// The facts that compliance rules read. A key that is absent without a note is one that the
/// system leaves at its program's default.
enum HostSettings {
    static func collect(_ root: ExaminedRoot, notes: inout [CollectionNote]) -> [String: String] {
        var settings = SSHServerConfiguration.collect(root, notes: &notes)
        settings.merge(LoginDefinitions.collect(root, notes: &notes)) { first, _ in first }
        settings.merge(KernelParameters.collect(root, notes: &notes)) { first, _ in first }
        return settings.mapValues { String($0.filter { $0 != "\u{7F}" && $0 >= " " }.prefix(4_096)) }
    }
}
