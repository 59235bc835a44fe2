import Crypto
import FoundationEssentials

/// How an account of Azure Storage is proved, named as Microsoft's tools name it.
enum AzureCredentials: Sendable {
    /// The account's key.
    case key(SymmetricKey)
    /// A shared access signature that somebody made.
    case token(Secret)

    /// - Throws: `ObjectError.noCredentials`, `.setting`.
    init(environment: [String: String]) throws(ObjectError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let text = value("AZURE_STORAGE_KEY") ?? value("AZURE_STORAGE_ACCOUNT_KEY") {
            guard let data = Data(base64Encoded: text) else {
                throw .setting(name: "AZURE_STORAGE_KEY", reason: "it is no base64")
            }
            self = .key(SymmetricKey(data: data))
        } else if let text = value("AZURE_STORAGE_SAS_TOKEN") {
            self = .token(Secret(text.hasPrefix("?") ? String(text.dropFirst()) : text))
        } else {
            throw .noCredentials(store: "azblob", variables: "AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN")
        }
    }
}

/// Where a container is.
struct AzureLocation: Sendable {
    let account: String
    let container: String
    let prefix: String
    let origin: String
    /// Before the container's name: empty, except where the host's name does not say the account.
    let base: String
    let encryptionScope: String?

    /// - Throws: `ObjectError.setting`.
    init(_ address: StoreAddress, environment: [String: String]) throws(ObjectError) {
        container = address.name
        prefix = address.prefix
        let named = address.option("account") ?? environment["AZURE_STORAGE_ACCOUNT"] ?? ""
        guard !named.isEmpty else {
            throw StoreAddress.defect("it names no account: add ?account=…, or set AZURE_STORAGE_ACCOUNT")
        }
        account = named
        encryptionScope = address.option("encryption_scope")
        let endpoint = address.option("endpoint") ?? "https://\(named).blob.core.windows.net"
        (origin, base) = try StoreAddress.endpoint(endpoint)
    }

    var containerPath: String { "\(base)/\(PercentEncoding.encode(container))" }

    func path(_ key: ObjectKey) -> String { "\(containerPath)/\(PercentEncoding.path(prefix + key.text))" }
}
