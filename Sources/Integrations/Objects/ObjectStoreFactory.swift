import Domain

/// Opens the store that `OBJECT_STORE_URL` names.
public enum ObjectStoreFactory {
    /// The options of each scheme.
    private static let options: [String: Set<String>] = [
        "s3": ["region", "endpoint", "path_style", "sse", "kms_key", "part_size", "conditional_put"],
        "azblob": ["account", "endpoint", "encryption_scope", "part_size"],
        "gs": ["endpoint", "kms_key", "part_size"],
        "file": [],
    ]

    /// - Parameters:
    ///   - url: `s3://…`, `azblob://…`, `gs://…` or `file://…`.
    ///   - environment: has the account and the proxies, under the names that the vendors' tools use.
    ///   - signer: of a folder's addresses.
    public static func open(
        _ url: String, environment: [String: String], settings: TransferSettings = TransferSettings(),
        signer: (any AddressSigner)? = nil
    ) throws(ObjectError) -> any ObjectStore {
        let address = try StoreAddress(url, known: options)
        var settings = settings
        do {
            settings.proxies = try ProxyList(environment: environment)
        } catch {
            throw .setting(name: error.name, reason: error.reason)
        }
        switch address.scheme {
        case "s3":
            // What S3 takes for a part.
            settings.partSize = try address.partSize(5...5_120) ?? settings.partSize
            return S3Store(
                try S3Location(address, environment: environment), try S3Credentials(environment: environment),
                settings)
        case "azblob":
            settings.partSize = try address.partSize(1...4_000) ?? settings.partSize
            return AzureStore(
                try AzureLocation(address, environment: environment), try AzureCredentials(environment: environment),
                settings)
        case "gs":
            settings.partSize = try address.partSize(1...4_096) ?? settings.partSize
            let location = try GoogleLocation(address, environment: environment)
            let account =
                location.isEmulator && environment[ServiceAccount.variable] == nil
                ? nil : try ServiceAccount(environment: environment)
            return GoogleStore(location, account, settings)
        default: return FolderStore(path: address.prefix, signer: signer)
        }
    }
}
