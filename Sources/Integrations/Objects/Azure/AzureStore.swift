import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Azure Blob Storage: objects are block blobs. <https://learn.microsoft.com/rest/api/storageservices/>
struct AzureStore: RemoteStore {
    let location: AzureLocation
    let courier: Courier
    private let signer: AzureSigner

    init(_ location: AzureLocation, _ credentials: AzureCredentials, _ settings: TransferSettings) {
        self.location = location
        signer = AzureSigner(account: location.account, credentials: credentials)
        let container = location.container
        courier = Courier(
            clients: ObjectClients(settings), settings: settings, signer: signer,
            words: StoreWords(
                host: ObjectRequest.host(of: location.origin),
                bucket: "container \(container) of the account \(location.account)"
            ) { action in
                let letter =
                    switch action {
                    case .write: "c and w"
                    case .read: "r"
                    case .list: "l"
                    case .delete: "d"
                    }
                return "the permission \(letter) (a shared access signature’s sp) on the container \(container)"
            })
    }

    var place: String {
        let path = location.prefix.isEmpty ? "" : "/\(location.prefix.dropLast())"
        return "azblob://\(location.container)\(path) at \(location.origin)\(location.base)"
    }

    var abilities: ObjectAbilities {
        let hasKey = if case .key = signer.credentials { true } else { false }
        return ObjectAbilities(
            createsOnly: true, removesByVersion: true, signsAddresses: hasKey, keepsDigestOfStreams: true)
    }

    /// A blob has 50,000 blocks.
    var partLimits: (parallel: Int, count: Int) { (courier.settings.parallelParts, 50_000) }

    func permission(for action: ObjectAction) -> String { courier.words.permission(action) }

    func close() async { await courier.clients.close() }

    func request(_ method: HTTPMethod, _ key: ObjectKey, _ query: [(name: String, value: String)] = [])
        -> ObjectRequest
    {
        var request = ObjectRequest(method, origin: location.origin, path: location.path(key), query: query)
        if method == .PUT, let scope = location.encryptionScope {
            request.headers.add(name: "x-ms-encryption-scope", value: scope)
        }
        return request
    }

    func putWhole(_ content: WholeContent, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        var request = request(.PUT, key)
        let md5 = Insecure.MD5.digest(content.bytes).base64
        request.body = content.bytes
        request.headers.add(contentsOf: [
            "x-ms-blob-type": "BlockBlob", "x-ms-blob-content-type": options.contentType, "Content-MD5": md5,
            "x-ms-blob-content-md5": md5, "x-ms-meta-sha256": content.sha256,
        ])
        return try await write(request, key, options, size: Int64(content.bytes.readableBytes), content.sha256)
    }

    /// Sends what makes a blob of what is there: its content, or its blocks.
    func write(
        _ request: ObjectRequest, _ key: ObjectKey, _ options: PutOptions, size: Int64, _ sha256: String
    ) async throws -> StoredObject {
        var request = request
        if options.ifAbsent { request.headers.add(name: "If-None-Match", value: "*") }
        let (answer, repeats) = try await courier.send(request, .init(.write, key.text)) {
            options.ifAbsent && ($0 == 409 || $0 == 412)
        }
        guard (200..<300).contains(answer.status) else {
            let fault = ServiceFault(answer)
            guard ["BlobAlreadyExists", "ConditionNotMet", "UnauthorizedBlobOverwrite"].contains(fault.code) else {
                throw fault.error(for: .write, key.text, of: courier.words)
            }
            // The first attempt may have written it, and only its answer been lost.
            if repeats > 0, let found = try await head(key), found.sha256 == sha256 { return found }
            throw ObjectError.exists(key: key.text)
        }
        return StoredObject(
            key: key, size: size, version: try answer.tag,
            modified: answer.header("Last-Modified").flatMap(WireTime.parse) ?? Date(), sha256: sha256)
    }

    func begin(_ key: ObjectKey, _ options: PutOptions) async throws -> any PartUpload {
        AzureUpload(store: self, key: key, options: options)
    }

    func open(_ key: ObjectKey, from offset: Int64, to end: Int64?, version: String?) async throws -> OpenObject {
        var request = request(.GET, key)
        request.headers.addRange(offset, end, name: "x-ms-range")
        if let version { request.headers.add(name: "If-Match", value: "\"\(version)\"") }
        return try await courier.open(request, key) { Self.object(key, $0, size: $1) }
    }

    func head(_ key: ObjectKey) async throws -> StoredObject? {
        let (answer, _) = try await courier.send(request(.HEAD, key), .init(.read, key.text)) { $0 == 404 }
        if answer.status == 404 {
            let fault = ServiceFault(answer)
            if fault.code == "ContainerNotFound" { throw fault.error(for: .read, key.text, of: courier.words) }
            return nil
        }
        return answer.headers.extent.map { Self.object(key, answer.headers, size: $0.size) }
    }

    private static func object(_ key: ObjectKey, _ headers: HTTPHeaders, size: Int64) -> StoredObject {
        StoredObject(
            key: key, size: size, version: S3Store.unquoted(headers.first(name: "ETag") ?? ""),
            modified: headers.first(name: "Last-Modified").flatMap(WireTime.parse) ?? Date(timeIntervalSince1970: 0),
            sha256: headers.first(name: "x-ms-meta-sha256"))
    }

    func delete(_ key: ObjectKey, version: String?) async throws {
        var request = request(.DELETE, key)
        if let version { request.headers.add(name: "If-Match", value: "\"\(version)\"") }
        let (answer, _) = try await courier.send(request, .init(.delete, key.text)) { $0 == 404 }
        if answer.status == 404 {
            let fault = ServiceFault(answer)
            if fault.code == "ContainerNotFound" { throw fault.error(for: .delete, key.text, of: courier.words) }
        }
    }

    func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
        guard case .key(let secret) = signer.credentials else {
            throw ObjectError.unsupported(what: "sign addresses with a shared access signature: set AZURE_STORAGE_KEY")
        }
        let expires = signer.now().addingTimeInterval(Double(seconds))
        let query = AzureSigner.accessSignature(
            account: location.account, container: location.container, blob: location.prefix + key.text,
            permissions: use == .get ? "r" : "cw", expires: expires, isSecure: location.origin.hasPrefix("https:"),
            key: secret)
        return SignedAddress(
            url: "\(location.origin)\(location.path(key))?\(PercentEncoding.query(query))",
            headers: use == .put ? ["x-ms-blob-type": "BlockBlob"] : [:], expires: expires)
    }
}
