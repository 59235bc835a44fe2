import Objects
import Testing

@Suite("OBJECT_STORE_URL says which store, and what is wrong with it")
struct AddressTests {
    private static let amazon = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hush"]
    private static let azure = ["AZURE_STORAGE_ACCOUNT": "acme", "AZURE_STORAGE_KEY": "aHVzaA=="]

    @Test(
        "an address leads to its place",
        arguments: [
            ("s3://patches", [:], "s3://patches at https://patches.s3.us-east-1.amazonaws.com"),
            (
                "s3://patches/emea/?region=eu-central-1", [:],
                "s3://patches/emea at https://patches.s3.eu-central-1.amazonaws.com"
            ),
            (
                "s3://patches", ["AWS_REGION": "cn-north-1"],
                "s3://patches at https://patches.s3.cn-north-1.amazonaws.com.cn"
            ),
            ("s3://a.b", [:], "s3://a.b at https://s3.us-east-1.amazonaws.com"),
            ("s3://b?endpoint=https://minio.example:9000/", [:], "s3://b at https://minio.example:9000"),
            ("s3://b", ["AWS_ENDPOINT_URL_S3": "http://10.0.0.1:443"], "s3://b at http://10.0.0.1:443"),
            ("s3://b?endpoint=https://r2.example:443&path_style=false", [:], "s3://b at https://b.r2.example"),
            ("azblob://logs", azure, "azblob://logs at https://acme.blob.core.windows.net"),
            ("azblob://logs/x?account=other", azure, "azblob://logs/x at https://other.blob.core.windows.net"),
            ("gs://b", ["STORAGE_EMULATOR_HOST": "localhost:1"], "gs://b at http://localhost:1"),
            ("file:///srv/objects", [:], "file:///srv/objects"),
            ("file:///srv/my%20objects", [:], "file:///srv/my objects"),
        ] as [(String, [String: String], String)])
    func place(url: String, environment: [String: String], place: String) async throws {
        let store = try ObjectStoreFactory.open(url, environment: Self.amazon.merging(environment) { $1 })
        #expect(store.place == place)
        await store.close()
    }

    @Test(
        "one that makes no sense is refused with what would",
        arguments: [
            ("patches", "not of the form s3://…"), ("ftp://x", "“ftp” is none of s3, azblob, gs and file"),
            ("s3://", "it names no bucket"),
            ("s3://b?regoin=x", "no option “regoin”. The options are conditional_put,"),
            ("s3://b?path_style=yes", "path_style is neither true nor false"),
            ("s3://b?part_size=1", "part_size is no number of MiB from 5 to 5120"),
            ("s3://b?sse=DES", "sse=DES is none of AES256"), ("s3://b?kms_key=k", "kms_key needs sse=aws:kms"),
            ("s3://b?endpoint=minio:9000", "an endpoint is not of the form https://HOST"),
            ("s3://b?endpoint=https://h/path", "an endpoint has a path"), ("s3://b/../c", "its path cannot begin"),
            ("s3://id:hush@b", "Credentials belong into the environment"),
            ("file://relative/x", "needs an absolute path"),
            ("azblob://c", "it names no account: add ?account="), ("gs://b", "Set GOOGLE_APPLICATION_CREDENTIALS"),
            ("azblob://c?account=a", "Set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN"),
        ])
    func refused(url: String, reason: String) {
        let error = #expect(throws: ObjectError.self) {
            try ObjectStoreFactory.open(url, environment: Self.amazon)
        }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("hush") == false)
    }

    @Test("without an account it says which variables to set")
    func noAccount() {
        #expect(
            throws: ObjectError.noCredentials(store: "s3", variables: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        ) {
            try ObjectStoreFactory.open("s3://b", environment: ["AWS_ACCESS_KEY_ID": "id"])
        }
    }

    @Test(
        "names that would lead elsewhere are no keys",
        arguments: [
            "", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\nb", "a\\b", "a\u{7F}",
            String(repeating: "a", count: 256),
            String(repeating: "a/", count: 512) + "a",
        ])
    func badKey(name: String) {
        #expect(throws: ObjectError.self) { try ObjectKey(name) }
    }

    @Test(
        "a lifecycle rule has its prefix and its days, and the command that sets it",
        arguments: ["s3://b/logs", "azblob://b/logs"])
    func lifecycle(url: String) async throws {
        let store = try ObjectStoreFactory.open(url, environment: Self.amazon.merging(Self.azure) { $1 })
        let rule = try #require(store.lifecycleRule(days: 90))
        #expect(rule.text.contains("logs/") && rule.text.contains("90"))
        #expect(rule.command.contains("rule.json"))
        #expect(FolderStore(path: "/tmp/x").lifecycleRule(days: 90) == nil)
        await store.close()
    }
}
