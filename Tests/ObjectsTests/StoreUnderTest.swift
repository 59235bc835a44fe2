import Foundation
import NIOCore
import Objects
import TestSupport

/// A product, with what a test needs to open a store of it.
enum StoreUnderTest: String, CaseIterable, Sendable {
    case s3, azure, google, folder

    static let remote: [StoreUnderTest] = [.s3, .azure, .google]

    /// Small, and what Google's sessions want: a multiple of 256 KiB.
    static let partSize = 256 << 10

    static var settings: TransferSettings {
        var settings = TransferSettings()
        settings.partSize = partSize
        settings.backoff = .milliseconds(5)
        settings.longestWait = .milliseconds(50)
        return settings
    }

    func port(_ servers: ObjectServers) -> Int {
        switch self {
        case .s3: servers.s3
        case .azure: servers.azure
        case .google: servers.google
        case .folder: 0
        }
    }

    /// Runs `body` with a store whose keys no other test uses.
    /// - Parameters:
    ///   - port: of a proxy before the server.
    ///   - changes: of the environment.
    func withStore(
        port: Int? = nil, changes: [String: String] = [:], settings: TransferSettings = Self.settings,
        _ body: (any ObjectStore) async throws -> Void
    ) async throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let (url, environment) = try await address(prefix: UUID().uuidString, port: port, folder: folder.path)
        let store = try ObjectStoreFactory.open(
            url, environment: environment.merging(changes) { $1 }, settings: settings)
        do { try await body(store) } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    func address(
        prefix: String, port: Int? = nil, folder: String = ""
    ) async throws -> (url: String, environment: [String: String]) {
        if self == .folder { return ("file://\(folder)/store", [:]) }
        let servers = try await ObjectServers.current
        let endpoint = "http://127.0.0.1:\(port ?? self.port(servers))"
        switch self {
        case .s3:
            return (
                "s3://\(servers.bucket)/\(prefix)?endpoint=\(endpoint)",
                ["AWS_ACCESS_KEY_ID": "owner", "AWS_SECRET_ACCESS_KEY": "owner-secret"]
            )
        case .azure:
            return (
                "azblob://\(servers.bucket)/\(prefix)?endpoint=\(endpoint)/\(servers.azureAccount)",
                ["AZURE_STORAGE_ACCOUNT": servers.azureAccount, "AZURE_STORAGE_KEY": servers.azureKey]
            )
        case .google, .folder:
            return (
                "gs://\(servers.bucket)/\(prefix)?endpoint=\(endpoint)",
                ["GOOGLE_APPLICATION_CREDENTIALS": servers.googleKey]
            )
        }
    }
}

/// Bytes that differ from place to place, so that none can be taken for others.
func content(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
    }
}

/// A stream of unknown length, in pieces that fit nowhere.
func stream(_ bytes: [UInt8], pieces size: Int = 70_001, failingAfter limit: Int? = nil) -> ByteStream {
    ByteStream(
        AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            var offset = 0
            while offset < bytes.count {
                if let limit, offset >= limit { return continuation.finish(throwing: SourceFailure()) }
                let end = min(offset + size, bytes.count)
                continuation.yield(ByteBuffer(bytes: bytes[offset..<end]))
                offset = end
            }
            continuation.finish()
        })
}

/// What a source of bytes fails with.
struct SourceFailure: Error {}

extension ObjectStore {
    func bytes(_ key: ObjectKey) async throws -> [UInt8] {
        Array(try await get(key).content.collect(upTo: 64 << 20))
    }

    func keys(_ prefix: String = "") async throws -> [String] {
        try await list(prefix).objects.map(\.key.text)
    }
}
