import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Google Cloud Storage, by its JSON interface. <https://cloud.google.com/storage/docs/json_api>
struct GoogleStore: RemoteStore {
    let location: GoogleLocation
    let courier: Courier
    private let signer: GoogleSigner?

    init(_ location: GoogleLocation, _ account: ServiceAccount?, _ settings: TransferSettings) {
        self.location = location
        signer = account.map { GoogleSigner(account: $0) }
        let clients = ObjectClients(settings)
        courier = Courier(
            clients: clients, settings: settings,
            signer: GoogleTokens(account: account, settings: settings, clients: clients),
            words: StoreWords(
                host: ObjectRequest.host(of: location.origin), bucket: "bucket \(location.bucket)"
            ) { action in
                let right =
                    switch action {
                    case .write: "storage.objects.create, and storage.objects.delete to overwrite,"
                    case .read: "storage.objects.get"
                    case .list: "storage.objects.list"
                    case .delete: "storage.objects.delete"
                    }
                return "\(right) on the bucket \(location.bucket) (role Storage Object Admin)"
            })
    }

    var place: String {
        let path = location.prefix.isEmpty ? "" : "/\(location.prefix.dropLast())"
        return "gs://\(location.bucket)\(path) at \(location.origin)"
    }

    var abilities: ObjectAbilities {
        ObjectAbilities(
            createsOnly: true, removesByVersion: true, signsAddresses: signer != nil, keepsDigestOfStreams: false)
    }

    /// The parts of a session go one after the other, and there may be any number of them.
    var partLimits: (parallel: Int, count: Int) { (1, .max) }

    func permission(for action: ObjectAction) -> String { courier.words.permission(action) }

    func close() async { await courier.clients.close() }

    func putWhole(_ content: WholeContent, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        var request = ObjectRequest(
            .POST, origin: location.origin, path: location.uploads, query: creation("multipart", options))
        let boundary = "garrison-\(UUID().uuidString)"
        let md5 = Insecure.MD5.digest(content.bytes).base64
        let metadata = try description(key, options, sha256: content.sha256, md5: md5)
        var body = ByteBuffer(
            string: "--\(boundary)\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n\(metadata)\r\n"
                + "--\(boundary)\r\nContent-Type: \(options.contentType)\r\n\r\n")
        body.writeImmutableBuffer(content.bytes)
        body.writeString("\r\n--\(boundary)--\r\n")
        request.body = body
        request.headers.add(name: "Content-Type", value: "multipart/related; boundary=\(boundary)")
        let (answer, repeats) = try await courier.send(request, .init(.write, key.text)) {
            options.ifAbsent && $0 == 412
        }
        if answer.status == 412 {
            // The first attempt may have written it, and only its answer been lost.
            if repeats > 0, let found = try await head(key), found.sha256 == content.sha256 { return found }
            throw ObjectError.exists(key: key.text)
        }
        return try await checked(answer, key, size: Int64(content.bytes.readableBytes), md5: md5)
    }

    /// The query of a request that makes an object.
    func creation(_ kind: String, _ options: PutOptions) -> [(name: String, value: String)] {
        var query = [(name: "uploadType", value: kind)]
        if options.ifAbsent { query.append(("ifGenerationMatch", "0")) }
        if let key = location.kmsKey { query.append(("kmsKeyName", key)) }
        return query
    }

    /// What is said of an object before its content.
    func description(_ key: ObjectKey, _ options: PutOptions, sha256: String?, md5: String?) throws -> String {
        let description = GoogleObject.New(
            name: location.prefix + key.text, contentType: options.contentType, md5Hash: md5,
            metadata: sha256.map { ["sha256": $0] })
        return String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
    }

    /// What was written, held against what was sent; removed where it is not the same.
    func checked(_ answer: ObjectAnswer, _ key: ObjectKey, size: Int64, md5: String) async throws -> StoredObject {
        let written = try decode(GoogleObject.self, answer)
        guard let object = written.stored(as: key) else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no object")
        }
        let found = written.md5Hash ?? md5
        guard object.size == size, found == md5 else {
            try await delete(key, version: object.version)
            throw ObjectError.corrupt(key: key.text, expected: md5, actual: found)
        }
        return object
    }

    func decode<Document: Decodable>(_: Document.Type, _ answer: ObjectAnswer) throws -> Document {
        do {
            return try JSONDecoder().decode(Document.self, from: Data(answer.text.utf8))
        } catch {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no JSON of an object")
        }
    }

    func begin(_ key: ObjectKey, _ options: PutOptions) async throws -> any PartUpload {
        var request = ObjectRequest(
            .POST, origin: location.origin, path: location.uploads, query: creation("resumable", options))
        request.body = ByteBuffer(string: try description(key, options, sha256: options.sha256, md5: nil))
        request.headers.add(contentsOf: [
            "Content-Type": "application/json; charset=UTF-8", "X-Upload-Content-Type": options.contentType,
        ])
        let (answer, _) = try await courier.send(request, .init(.write, key.text)) {
            options.ifAbsent && $0 == 412
        }
        if answer.status == 412 { throw ObjectError.exists(key: key.text) }
        guard let session = answer.header("Location") else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no Location")
        }
        return try GoogleUpload(store: self, key: key, options: options, session: session)
    }

    private func request(
        _ method: HTTPMethod, _ key: ObjectKey, _ query: [(name: String, value: String)] = [], version: String? = nil
    ) -> ObjectRequest {
        let condition = version.map { [(name: "ifGenerationMatch", value: $0)] } ?? []
        return ObjectRequest(method, origin: location.origin, path: location.object(key), query: query + condition)
    }

    func open(_ key: ObjectKey, from offset: Int64, to end: Int64?, version: String?) async throws -> OpenObject {
        var request = request(.GET, key, [("alt", "media")], version: version)
        request.headers.addRange(offset, end)
        return try await courier.open(request, key, or: "no generation") { headers, size in
            headers.first(name: "x-goog-generation").map { generation in
                StoredObject(
                    key: key, size: size, version: generation,
                    modified: headers.first(name: "Last-Modified").flatMap(WireTime.parse)
                        ?? Date(timeIntervalSince1970: 0),
                    sha256: headers.first(name: "x-goog-meta-sha256"))
            }
        }
    }

    func head(_ key: ObjectKey) async throws -> StoredObject? {
        let (answer, _) = try await courier.send(request(.GET, key), .init(.read, key.text)) { $0 == 404 }
        if answer.status == 404 {
            let error = ServiceFault(answer).error(for: .read, key.text, of: courier.words)
            if case .noBucket = error { throw error }
            return nil
        }
        return try decode(GoogleObject.self, answer).stored(as: key)
    }

    func delete(_ key: ObjectKey, version: String?) async throws {
        _ = try await courier.send(request(.DELETE, key, version: version), .init(.delete, key.text)) { $0 == 404 }
    }

    func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
        guard let signer else { throw ObjectError.unsupported(what: "sign addresses without a service account’s key") }
        guard (1...604_800).contains(seconds) else {
            throw ObjectError.unsupported(what: "sign an address for more than seven days, or for none")
        }
        let path = "/\(PercentEncoding.encode(location.bucket))/\(PercentEncoding.path(location.prefix + key.text))"
        let expires = signer.now().addingTimeInterval(Double(seconds))
        let signed = try signer.sign(use.rawValue, origin: location.origin, path: path, seconds: seconds)
        return SignedAddress(url: signed.url, headers: [:], expires: expires)
    }
}
