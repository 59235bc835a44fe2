import Domain
import FoundationEssentials

/// Fetches feeds into a folder, asking only for what is newer than what is there.
///
/// A feed appears under its name only when it is complete and has the checksum that its publisher gives:
/// it is written beside it, flushed and renamed. A download that broke goes on where it stopped, as long as
/// the server has the same version (RFC 9110 sections 13 and 14).
public struct FeedDownloader: Sendable {
    /// Told of the bytes received of a file so far, and of how many it has if that is known.
    public typealias Progress = @Sendable (_ fileName: String, _ received: Int64, _ total: Int64?) -> Void

    /// A feed that is here, complete.
    public struct Download: Sendable {
        public let location: FeedLocation
        public let path: String
        /// SHA-256 of the file, in hexadecimal.
        public let checksum: String
        /// Whether it is another than was here before.
        public let isNew: Bool
    }

    private let directory: String
    private let settings: DownloadSettings
    private let clients: HTTPClients
    private let progress: Progress

    /// - Parameter directory: made when it is missing.
    public init(
        directory: String, settings: DownloadSettings, progress: @escaping Progress = { _, _, _ in }
    ) {
        self.directory = directory
        self.settings = settings
        self.progress = progress
        clients = HTTPClients(settings)
    }

    /// Call once when done; the downloader is of no use afterwards.
    public func close() async throws { try await clients.close() }

    /// Fetches a feed if there is a newer one.
    /// - Throws: `IntelligenceError` with a sentence for the user; what was there before then still is.
    public func fetch(_ location: FeedLocation) async throws -> Download {
        let path = "\(directory)/\(location.fileName)"
        if let sha256 = recent(location, path) {
            return Download(location: location, path: path, checksum: sha256, isNew: false)
        }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw IntelligenceError.unwritable(path: directory, reason: "the folder cannot be made")
        }
        let transfer = FeedTransfer(
            location: location, path: path, settings: settings, client: clients.client(for: location.url),
            deadline: .now + settings.deadline, progress: progress)
        let (sha256, isNew) = try await repeated(transfer)
        return Download(location: location, path: path, checksum: sha256, isNew: isNew)
    }

    /// The checksum of a feed that need not be asked for yet.
    private func recent(_ location: FeedLocation, _ path: String) -> String? {
        let kept = Validators.kept(besides: path)
        if let changed = location.changedAt, let checked = kept.checkedAt, checked > changed { return kept.sha256 }
        guard let pause = location.refreshAfter, let checked = kept.checkedAt else { return nil }
        let age = Date().timeIntervalSince(checked)
        return (0..<Double(pause.components.seconds)).contains(age) ? kept.sha256 : nil
    }

    private func repeated(_ transfer: FeedTransfer) async throws -> (sha256: String, isNew: Bool) {
        var attempt = 1
        while true {
            do {
                return try await transfer.run()
            } catch let failure as TransferFailure {
                guard attempt < settings.attempts, let wait = failure.wait(attempt, settings),
                    ContinuousClock.now + wait < transfer.deadline
                else { throw failure.error }
                try await Task.sleep(for: wait)
                attempt += 1
            }
        }
    }
}
