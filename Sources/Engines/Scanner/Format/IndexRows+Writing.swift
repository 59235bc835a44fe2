/// The bytes of an index under construction.
struct IndexWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    mutating func append(contentsOf other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

    mutating func pad(to multiple: Int) {
        while bytes.count % multiple != 0 { bytes.append(0) }
    }

    /// A string of the pool, cut to what its length can say.
    /// - Returns: the reference to it; 0 for an empty one.
    mutating func append(string: String) -> StringRef {
        if string.isEmpty { return 0 }
        let reference = StringRef(bytes.count)
        let text = string.utf8.prefix(IndexLayout.longestString)
        append(UInt16(text.count))
        append(contentsOf: text)
        return reference
    }

    mutating func append(_ row: UpdateRow) {
        for word in [row.number, row.supersedes, row.builds, 0] { append(word) }
    }

    mutating func append(_ row: EcosystemRow) {
        append(row.name)
        append(row.packageCount)
        append(row.entryCount)
        append(row.scheme)
        pad(to: 4)
    }

    mutating func append(_ row: PackageRow) {
        append(row.ecosystem)
        append(row.name)
        append(row.firstEntry)
        append(row.entryCount)
        append(row.hash)
        append(row.digest)
    }

    mutating func append(_ row: EntryRow) {
        for word in [row.vulnerability, row.advisory, row.introduced, row.fixed] { append(word) }
        for word in [row.lastAffected, row.note, row.urgency] { append(word) }
        append(row.state)
        append(row.source)
        append(row.flags.rawValue)
        pad(to: 4)
    }

    mutating func append(_ row: VulnerabilityRow) {
        for word in [row.id, row.title, row.vector, row.exploitedSince, row.dueDate] { append(word) }
        append(row.exploitCount)
        append(row.tenthsOfScore)
        append(row.severity)
        append(row.flags.rawValue)
        append(UInt32(0))
        append(row.probability)
        append(row.percentile)
    }

    mutating func append(_ row: AdvisoryRow) {
        append(row.id)
        append(row.title)
        append(row.published)
        append(row.modified)
        append(row.source)
        append(row.severity)
        pad(to: 8)
    }
}
