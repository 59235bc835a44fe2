/// RPM module streams: `nodejs:18` of Enterprise Linux 8 and 9, each with its own line of versions,
/// so that a fix in one says nothing of another.
package enum ModuleStream {
    /// A record's note that names its stream: `module:nodejs:18`.
    package static let notePrefix = "module:"

    /// Builds of modules carry the word in their release: `1.18.3-1.module_el8.3.0+2023+d2377ea3`.
    static func isModularBuild(_ version: String) -> Bool {
        version.utf8.count > 8 && (version.contains(".module_") || version.contains(".module+"))
    }

    /// Whether the stream named by `note` is the package's, whose label may go on with the module's
    /// version and context (`nodejs:18:8090020231206:a75119d5`).
    static func names(_ note: UnsafeRawBufferPointer, _ label: String) -> Bool {
        let stream = String(decoding: note.dropFirst(notePrefix.utf8.count), as: UTF8.self)
        return nameAndStream(stream) == nameAndStream(label)
    }

    private static func nameAndStream(_ label: String) -> String {
        label.split(separator: ":", maxSplits: 2).prefix(2).joined(separator: ":")
    }
}
