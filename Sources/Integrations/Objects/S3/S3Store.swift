import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Amazon S3, and what speaks its protocol. <https://docs.aws.amazon.com/AmazonS3/latest/API/>
struct S3Store: RemoteStore {
    let location: S3Location
    let courier: Courier
    private let signer: S3Signer

    init(_ location: S3Location, _ credentials: S3Credentials, _ settings: TransferSettings) {
        self.location = location
        signer = S3Signer(credentials: credentials, region: location.region)
        let bucket = location.bucket
        courier = Courier(
            clients: ObjectClients(settings), settings: settings, signer: signer,
            words: StoreWords(host: ObjectRequest.host(of: location.origin), bucket: "bucket \(bucket)") { action in
                switch action {
                case .write: "s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::\(bucket)/*"
                case .read: "s3:GetObject on arn:aws:s3:::\(bucket)/*"
                case .list: "s3:ListBucket and s3:ListBucketMultipartUploads on arn:aws:s3:::\(bucket)"
                case .delete: "s3:DeleteObject on arn:aws:s3:::\(bucket)/*"
                }
            })
    }

    var place: String {
        let path = location.prefix.isEmpty ? "" : "/\(location.prefix.dropLast())"
        return "s3://\(location.bucket)\(path) at \(location.origin)"
    }

    var abilities: ObjectAbilities {
        ObjectAbilities(
            createsOnly: location.createsOnly, removesByVersion: false, signsAddresses: true,
            keepsDigestOfStreams: false)
    }

    /// S3 takes 10,000 parts.
    var partLimits: (parallel: Int, count: Int) { (courier.settings.parallelParts, 10_000) }

    func permission(for action: ObjectAction) -> String { courier.words.permission(action) }

    func close() async { await courier.clients.close() }

    func request(_ method: HTTPMethod, _ key: ObjectKey, _ query: [(name: String, value: String)] = [])
        -> ObjectRequest
    {
        ObjectRequest(method, origin: location.origin, path: location.path(key), query: query)
    }

    func putWhole(_ content: WholeContent, at key: ObjectKey, _ options: PutOptions) async throws -> StoredObject {
        var request = request(.PUT, key)
        let md5 = Insecure.MD5.digest(content.bytes)
        request.body = content.bytes
        request.headers.add(contentsOf: try creationHeaders(options, sha256: content.sha256))
        request.headers.add(name: "x-amz-content-sha256", value: content.sha256)
        request.headers.add(name: "Content-MD5", value: md5.base64)
        if options.ifAbsent { request.headers.add(name: "If-None-Match", value: "*") }
        let (answer, repeats) = try await courier.send(request, .init(.write, key.text)) {
            options.ifAbsent && $0 == 412
        }
        if answer.status == 412 {
            // The first attempt may have written it, and only its answer been lost.
            guard repeats > 0, let found = try await head(key), found.version == md5.hexadecimal else {
                throw ObjectError.exists(key: key.text)
            }
            return found
        }
        let tag = try answer.tag
        if location.tagsAreDigests, Self.isDigest(tag), tag != md5.hexadecimal {
            try await delete(key)
            throw ObjectError.corrupt(key: key.text, expected: md5.hexadecimal, actual: tag)
        }
        return StoredObject(
            key: key, size: Int64(content.bytes.readableBytes), version: tag, modified: Date(), sha256: content.sha256)
    }

    /// Of a request that makes an object.
    func creationHeaders(_ options: PutOptions, sha256: String?) throws(ObjectError) -> HTTPHeaders {
        if options.ifAbsent, !location.createsOnly {
            throw .unsupported(what: "write only where nothing is (conditional_put=false)")
        }
        var headers: HTTPHeaders = ["Content-Type": options.contentType]
        headers.add(contentsOf: HTTPHeaders(location.encryptionHeaders.map { ($0.name, $0.value) }))
        if let sha256 { headers.add(name: "x-amz-meta-sha256", value: sha256) }
        return headers
    }

    /// 32 hexadecimal digits: of an object in one part.
    static func isDigest(_ tag: String) -> Bool { tag.utf8.count == 32 && tag.allSatisfy(\.isHexDigit) }

    func begin(_ key: ObjectKey, _ options: PutOptions) async throws -> any PartUpload {
        var request = request(.POST, key, [("uploads", "")])
        request.headers = try creationHeaders(options, sha256: options.sha256)
        let (answer, _) = try await courier.send(request, .init(.write, key.text))
        guard let id = XMLElement(answer.text)?["UploadId"], !id.isEmpty else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no UploadId")
        }
        return S3Upload(store: self, key: key, options: options, id: id)
    }

    func open(_ key: ObjectKey, from offset: Int64, to end: Int64?, version: String?) async throws -> OpenObject {
        var request = request(.GET, key)
        request.headers.addRange(offset, end)
        if let version { request.headers.add(name: "If-Match", value: "\"\(version)\"") }
        return try await courier.open(request, key) { Self.object(key, $0, size: $1) }
    }

    func head(_ key: ObjectKey) async throws -> StoredObject? {
        let (answer, _) = try await courier.send(request(.HEAD, key), .init(.read, key.text)) { $0 == 404 }
        guard answer.status != 404, let size = answer.headers.extent?.size else { return nil }
        return Self.object(key, answer.headers, size: size)
    }

    private static func object(_ key: ObjectKey, _ headers: HTTPHeaders, size: Int64) -> StoredObject {
        StoredObject(
            key: key, size: size, version: unquoted(headers.first(name: "ETag") ?? ""),
            modified: headers.first(name: "Last-Modified").flatMap(WireTime.parse) ?? Date(timeIntervalSince1970: 0),
            sha256: headers.first(name: "x-amz-meta-sha256"))
    }

    static func unquoted(_ tag: String) -> String { tag.filter { $0 != "\"" } }

    func delete(_ key: ObjectKey, version: String?) async throws {
        if version != nil { throw ObjectError.unsupported(what: "remove one version only") }
        _ = try await courier.send(request(.DELETE, key), .init(.delete, key.text)) { $0 == 404 }
    }

    func signedAddress(_ use: SignedUse, of key: ObjectKey, seconds: Int) async throws -> SignedAddress {
        guard (1...604_800).contains(seconds) else {
            throw ObjectError.unsupported(what: "sign an address for more than seven days, or for none")
        }
        let headers = use == .put ? location.encryptionHeaders : []
        let expires = signer.now().addingTimeInterval(Double(seconds))
        return SignedAddress(
            url: signer.address(
                use.rawValue, origin: location.origin, path: location.path(key), headers: headers, seconds: seconds),
            headers: Dictionary(headers.map { ($0.name, $0.value) }) { $1 }, expires: expires)
    }
}

extension HTTPHeaders {
    mutating func addRange(_ offset: Int64, _ end: Int64?, name: String = "Range") {
        guard offset > 0 || end != nil else { return }
        // An empty range cannot be said: the reader takes no byte of the one.
        add(name: name, value: "bytes=\(offset)-\(end.map { String(Swift.max($0 - 1, offset)) } ?? "")")
    }
}

extension ObjectAnswer {
    /// An object's entity tag, without quotes.
    var tag: String {
        get throws(ObjectError) {
            guard let tag = header("ETag") else { throw .refused(host: "", status: status, code: "no ETag") }
            return S3Store.unquoted(tag)
        }
    }
}
