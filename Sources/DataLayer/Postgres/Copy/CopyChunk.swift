/// The unit COPY data travels in: larger ones gain nothing.
enum CopyChunk {
    /// A chunk is passed on when it has reached this many bytes.
    static let size = 65_536
    /// Room for the row that goes beyond it.
    static let capacity = 73_728
}
