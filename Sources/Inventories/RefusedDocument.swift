/// A document of a stream that was refused, while the stream goes on behind it.
public struct RefusedDocument: Error, Hashable {
    /// The line that it begins in, counted from 1.
    public let line: Int
    public let error: DocumentError

    public init(line: Int, error: DocumentError) {
        self.line = line
        self.error = error
    }
}
