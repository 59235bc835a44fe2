/// What a reader takes before it refuses. The defaults are far above any real host, and low enough
/// that a hostile document cannot exhaust memory.
public struct DocumentLimits: Sendable, Hashable {
    /// Bytes of one document.
    public var documentBytes: Int
    public var packages: Int
    /// Entries of the small lists: interfaces, addresses, settings, notes.
    public var listEntries: Int
    /// UTF-8 bytes of a name, version or other identifying string.
    public var identifierBytes: Int
    /// UTF-8 bytes of a value or sentence: a setting, the reason of a note.
    public var textBytes: Int
    /// Nested objects and arrays.
    public var depth: Int
    /// Bytes of a stream that may be read again behind refused documents: one without an end has
    /// swallowed its successors, and a hostile stream has millions of them.
    public var rereadBytes: Int

    public init(
        documentBytes: Int = 64 << 20, packages: Int = 200_000, listEntries: Int = 10_000,
        identifierBytes: Int = 1_024, textBytes: Int = 16_384, depth: Int = 128, rereadBytes: Int = 4 << 30
    ) {
        self.documentBytes = documentBytes
        self.packages = packages
        self.listEntries = listEntries
        self.identifierBytes = identifierBytes
        self.textBytes = textBytes
        self.depth = depth
        self.rereadBytes = rereadBytes
    }

    /// 64 MiB, 200,000 packages, names of up to 1 KiB.
    public static let standard = DocumentLimits()
}
