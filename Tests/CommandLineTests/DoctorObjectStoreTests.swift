import Foundation
import TestSupport
import Testing

@Suite("garrison doctor finds what is wrong with the object store", .blocking)
struct DoctorObjectStoreTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("a folder that is not there yet is not made by looking")
    func notMade() throws {
        defer { folder.remove() }
        let doctor = try DoctorRun(folder: folder.path)
        #expect(doctor["object_store"]?.status == "ok")
        #expect(
            doctor["object_store"]?.message
                == "object store: file://\(folder.path)/objects, made when the first file is stored")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("one that is there is tried, and nothing is left in it")
    func works() throws {
        defer { folder.remove() }
        let objects = "\(folder.path)/objects"
        try FileManager.default.createDirectory(atPath: objects, withIntermediateDirectories: true)
        let doctor = try DoctorRun(environment: ["OBJECT_STORE_URL": "file://\(folder.path)"])
        #expect(doctor["object_store"]?.status == "ok")
        #expect(doctor["object_store"]?.message.hasSuffix("writes, reads, lists and removes") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: objects).isEmpty)
    }

    @Test(
        "an address that makes no sense, an account that is missing, and a host that is not there",
        arguments: [
            ("s3:bucket", "object_store", "not of the form s3://"),
            ("s3://bucket", "object_store", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
            ("azblob://c?account=a", "object_store", "Set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN"),
        ])
    func wrong(url: String, name: String, message: String) throws {
        defer { folder.remove() }
        try DoctorRun(environment: ["OBJECT_STORE_URL": url]).expectProblem(
            name, message, advice: "Correct OBJECT_STORE_URL")
    }
}

@Suite(
    "garrison doctor tries an object store of a vendor", .objectServers, .blocking,
    .enabled("the servers for tests can be had") { await ObjectServers.areInstalled })
struct DoctorBucketTests {
    private func doctor(account: String) async throws -> DoctorRun {
        let servers = try await ObjectServers.current
        return try DoctorRun(environment: [
            "OBJECT_STORE_URL": "s3://\(servers.bucket)/doctor-\(account)?endpoint=http://127.0.0.1:\(servers.s3)",
            "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "\(account)-secret",
        ])
    }

    @Test("one that works")
    func works() async throws {
        let doctor = try await doctor(account: "owner")
        #expect(doctor["object_store"]?.status == "ok")
        #expect(doctor["object_store"]?.message.contains("s3://test/doctor-owner at http://127.0.0.1") == true)
    }

    @Test("an account that may only read is told the permission that it lacks, and shows no secret")
    func readOnly() async throws {
        let doctor = try await doctor(account: "reader")
        let check = try #require(doctor["object_store.write"])
        #expect(check.status == "problem" && doctor.status == 1)
        #expect(check.message.contains("Give it s3:PutObject and s3:AbortMultipartUpload on arn:aws:s3:::test/*"))
        #expect(!check.message.contains("reader-secret"))
    }
}
