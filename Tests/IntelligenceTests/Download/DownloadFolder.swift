import Domain
import FoundationEssentials
import Intelligence
import TestSupport

/// Where a test's downloads go, and what is there.
struct DownloadFolder {
    let folder: TestFolder
    let path: String

    init() throws {
        folder = try TestFolder()
        path = "\(folder.path)/downloads"
    }

    func remove() { folder.remove() }

    /// The bytes of a file; nil when there is none.
    func bytes(_ name: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: "\(path)/\(name)"))).map(Array.init)
    }

    func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    /// Fetches from `url` as an update would, with waits that a test can bear.
    func fetch(
        _ url: String, checksumURL: String? = nil, refreshAfter: Duration? = nil,
        _ change: (inout DownloadSettings) -> Void = { _ in }
    ) async throws -> FeedDownloader.Download {
        var settings = DownloadSettings()
        settings.backoff = .milliseconds(1)
        change(&settings)
        let downloader = FeedDownloader(directory: path, settings: settings)
        let location = FeedLocation(
            source: .kev, url: url, fileName: "kev.json", checksumURL: checksumURL, refreshAfter: refreshAfter)
        let result: Result<FeedDownloader.Download, any Error>
        do {
            result = .success(try await downloader.fetch(location))
        } catch {
            result = .failure(error)
        }
        try await downloader.close()
        return try result.get()
    }

    /// Fetches, and gives the error that this has to end in.
    func failure(
        _ url: String, checksumURL: String? = nil, _ change: (inout DownloadSettings) -> Void = { _ in }
    ) async throws -> IntelligenceError {
        do {
            _ = try await fetch(url, checksumURL: checksumURL, change)
        } catch let error as IntelligenceError {
            return error
        }
        throw TestFailure("\(url) was fetched")
    }
}
