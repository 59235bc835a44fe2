import Foundation
import Objects
import TestSupport
import Testing

@Suite(
    "Accounts that may not, and addresses for those who have none", .objectServers, .blocking,
    .enabled("the servers for tests can be had") { await ObjectServers.areInstalled })
struct AccountTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let product: StoreUnderTest
        let changes: [String: String]
        let code: String
        let words: String

        var testDescription: String { "\(product) \(changes.keys.sorted()) \(code)" }
    }

    static let wrong = [
        Wrong(
            product: .s3, changes: ["AWS_SECRET_ACCESS_KEY": "hush"], code: "object_store.unauthenticated",
            words: "SignatureDoesNotMatch"),
        Wrong(
            product: .s3, changes: ["AWS_ACCESS_KEY_ID": "nobody"], code: "object_store.unauthenticated",
            words: "InvalidAccessKeyId"),
        Wrong(
            product: .s3, changes: ["AWS_SESSION_TOKEN": "expired"], code: "object_store.expired",
            words: "Renew them"),
        Wrong(
            product: .s3, changes: ["AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "reader-secret"],
            code: "object_store.forbidden", words: "s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::test/*"),
        Wrong(
            product: .s3, changes: ["AWS_REGION": "eu-central-1"], code: "object_store.elsewhere",
            words: "another region. Set region="),
        Wrong(
            product: .azure, changes: ["AZURE_STORAGE_KEY": "aHVzaA=="], code: "object_store.unauthenticated",
            words: "AuthenticationFailed"),
        Wrong(
            product: .azure,
            changes: [
                "AZURE_STORAGE_KEY": "", "AZURE_STORAGE_SAS_TOKEN": "sv=2021-12-02&sp=cw&se=2020-01-01T00:00:00Z&sig=x",
            ],
            code: "object_store.expired", words: "have expired"),
    ]

    @Test("each is told in words that say what to do, and shows no secret", arguments: wrong)
    func refused(_ wrong: Wrong) async throws {
        try await wrong.product.withStore(changes: wrong.changes) { store in
            let error = await #expect(throws: ObjectError.self) {
                try await store.put(stream(content(10)), at: try ObjectKey("k"))
            }
            #expect(error?.code == wrong.code)
            #expect(error?.message.contains(wrong.words) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("hush") == false)
        }
    }

    @Test("a shared access signature that may only read reads, and is told what it lacks")
    func readOnlyToken() async throws {
        try await StoreUnderTest.azure.withStore { owner in
            let key = try ObjectKey("k")
            try await owner.put(stream(content(10)), at: key)
            let servers = try await ObjectServers.current
            let prefix = String(owner.place.split(separator: " ")[0].split(separator: "/").last ?? "")
            let (url, environment) = try await StoreUnderTest.azure.address(prefix: prefix)
            let reader = try ObjectStoreFactory.open(
                url,
                environment: environment.merging([
                    "AZURE_STORAGE_KEY": "", "AZURE_STORAGE_SAS_TOKEN": "?\(servers.azureToken)",
                ]) { $1 }, settings: StoreUnderTest.settings)
            let read = try await reader.bytes(key)
            #expect(read == content(10))
            let error = await #expect(throws: ObjectError.self) { try await reader.delete(key) }
            #expect(error?.message.contains("Give it the permission d") == true)
            #expect(reader.abilities.signsAddresses == false)
            await reader.close()
        }
    }

    @Test("a token that was revoked is fetched anew, once for all requests")
    func revokedToken() async throws {
        try await StoreUnderTest.google.withStore { store in
            try await store.put(stream(content(10)), at: try ObjectKey("k"))
            let port = try await ObjectServers.current.google
            _ = try await Shell.run([
                "curl", "-s", "--noproxy", "*", "-X", "POST", "http://127.0.0.1:\(port)/forget-tokens",
            ])
            let read = try await store.bytes(try ObjectKey("k"))
            #expect(read == content(10))
        }
    }

    @Test("a bucket that is not there is named", arguments: [StoreUnderTest.s3, .azure])
    func noBucket(_ product: StoreUnderTest) async throws {
        let (url, environment) = try await product.address(prefix: "p")
        let store = try ObjectStoreFactory.open(
            url.replacing("://test/", with: "://absent/"), environment: environment, settings: StoreUnderTest.settings)
        let error = await #expect(throws: ObjectError.self) {
            try await store.put(stream(content(10)), at: try ObjectKey("k"))
        }
        #expect(error?.code == "object_store.no_bucket" && error?.message.contains("absent") == true)
        await store.close()
    }

    @Test(
        "a probe says each right that is missing", arguments: [("reader", ["write"]), ("keeper", ["list", "delete"])])
    func probe(account: String, missing: [String]) async throws {
        let changes = ["AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "\(account)-secret"]
        try await StoreUnderTest.s3.withStore(changes: changes) { store in
            let probe = await StoreProbe.run(store)
            let defects = probe.steps.filter { $0.defect != nil }
            #expect(defects.map(\.action.rawValue) == missing)
            #expect(defects.allSatisfy { $0.defect?.code == "object_store.forbidden" })
        }
    }

    /// Runs curl, which knows nothing of accounts.
    private func curl(_ arguments: [String]) async throws -> String {
        try await Shell.run(["curl", "-s", "--noproxy", "*"] + arguments).output
    }

    @Test("a signed address reads and writes without an account, and nothing else", arguments: StoreUnderTest.remote)
    func signedAddress(_ product: StoreUnderTest) async throws {
        try await product.withStore { store in
            let folder = try TestFolder()
            defer { folder.remove() }
            let key = try ObjectKey("agents/a b+ü.msi")
            try await store.put(ByteStream(Array("0123456789".utf8)), at: key)
            let version = try #require(try await store.head(key)?.version)
            let read = try await store.signedAddress(.get, of: key, seconds: 600)
            let status = ["-o", "\(folder.path)/out", "-w", "%{http_code}"]
            #expect(try await curl([read.url]) == "0123456789")
            // As an agent goes on after a cut.
            if product != .google {
                #expect(
                    try await curl(["-H", "Range: bytes=4-", "-H", "If-Match: \"\(version)\"", read.url]) == "456789")
                #expect(try await curl(status + ["-H", "Range: bytes=4-", "-H", "If-Match: \"0\"", read.url]) == "412")
            }
            #expect(try await curl(["-H", "Range: bytes=4-", read.url]) == "456789")
            // Neither another object, nor another use, nor another time.
            #expect(try await curl(status + [read.url.replacing("msi", with: "exe", maxReplacements: 1)]) == "403")
            #expect(try await curl(status + ["-X", "PUT", "-d", "x", read.url]) == "403")
            let brief = try await store.signedAddress(.get, of: key, seconds: 1)
            try await waitUntil("the address expires") { try await curl(status + [brief.url]) == "403" }
            let write = try await store.signedAddress(.put, of: key, seconds: 600)
            let headers = write.headers.flatMap { ["-H", "\($0.key): \($0.value)"] } + ["-H", "Content-Type:"]
            #expect(
                try await curl(status + headers + ["-X", "PUT", "--data-binary", "new", write.url]).hasPrefix("20"))
            #expect(try await store.bytes(key) == Array("new".utf8))
        }
    }
}
