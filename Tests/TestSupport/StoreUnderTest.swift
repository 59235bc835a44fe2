import Foundation
import Objects

/// A product of a vendor, or a folder, with what a test needs to open a store of it.
package enum StoreUnderTest: String, CaseIterable, Sendable {
    case s3, azure, google, folder

    package static let remote: [StoreUnderTest] = [.s3, .azure, .google]

    /// Small, and what Google's sessions want: a multiple of 256 KiB.
    package static let partSize = 256 << 10

    package static var settings: TransferSettings {
        var settings = TransferSettings()
        settings.partSize = partSize
        settings.backoff = .milliseconds(5)
        settings.longestWait = .milliseconds(50)
        return settings
    }

    package func port(_ servers: ObjectServers) -> Int {
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
    package func withStore(
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

    package func address(
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
