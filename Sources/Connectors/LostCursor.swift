import Domain

/// A refused page behind a paging token most likely means that the vendor knows the token no more.
enum LostCursor {
    /// How often paging may begin again without having come further.
    private static let mostRestarts = 5

    /// Where to go on after such a refusal.
    ///
    /// - Throws: the error itself where it cannot be about a token, and `ConnectorError.cursorsExpire` where going on
    ///   would not end.
    static func restart(
        _ checkpoint: StreamCheckpoint, of stream: ConnectorStream, isOrdered: Bool, after error: ConnectorError
    ) throws(ConnectorError) -> StreamCheckpoint {
        guard case .refused(let vendor, _, let reason) = error, checkpoint.cursor != nil else { throw error }
        guard checkpoint.restarts < mostRestarts else {
            throw .cursorsExpire(vendor: vendor, stream: stream, reason: reason)
        }
        return checkpoint.restarted(isOrdered: isOrdered)
    }
}
