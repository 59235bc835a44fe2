import FoundationEssentials

/// What a store knows of an object.
public struct StoredObject: Sendable, Equatable {
    public let key: ObjectKey
    public let size: Int64
    /// Another for each content that was written under the key: an entity tag or a generation.
    public let version: String
    public let modified: Date
    /// SHA-256 of the content in hexadecimal, where it was known when the object was written.
    public let sha256: String?

    public init(key: ObjectKey, size: Int64, version: String, modified: Date, sha256: String? = nil) {
        self.key = key
        self.size = size
        self.version = version
        self.modified = modified
        self.sha256 = sha256
    }
}

/// A page of a list.
public struct ObjectPage: Sendable, Equatable {
    public let objects: [StoredObject]
    /// Continues the list; nil on its last page. Means something to its store only.
    public let next: String?

    public init(objects: [StoredObject], next: String?) {
        self.objects = objects
        self.next = next
    }
}

/// How an object is to be written.
public struct PutOptions: Sendable {
    public var contentType: String
    /// What the content's SHA-256 has to be, in hexadecimal: another content is not written.
    public var sha256: String?
    /// Only where there is no object of this key, else `ObjectError.exists`. Needs `abilities.createsOnly`.
    public var ifAbsent: Bool

    public init(contentType: String = "application/octet-stream", sha256: String? = nil, ifAbsent: Bool = false) {
        self.contentType = contentType
        self.sha256 = sha256?.lowercased()
        self.ifAbsent = ifAbsent
    }
}

/// An object that is being read.
public struct ObjectDownload: Sendable {
    /// Of the whole object, whatever part is read.
    public let object: StoredObject
    /// Ends with an error when a byte is missing, or when the whole was read and is not what was written.
    public let content: ByteStream
}

/// What a store can do besides the rest.
public struct ObjectAbilities: Sendable, Equatable {
    /// `PutOptions.ifAbsent`.
    public var createsOnly: Bool
    /// `delete(_:version:)` with a version.
    public var removesByVersion: Bool
    /// `signedAddress`.
    public var signsAddresses: Bool
    /// The content's SHA-256 is kept even where it is known only after the last byte.
    public var keepsDigestOfStreams: Bool
}

/// What an address may be used for.
public enum SignedUse: String, Sendable {
    case get = "GET"
    case put = "PUT"
}

/// An address that holds its permission. Whoever has it may use it: it is a secret until it expires.
public struct SignedAddress: Sendable {
    public let url: String
    /// What has to be sent with the request, exactly so.
    public let headers: [String: String]
    public let expires: Date

    public init(url: String, headers: [String: String] = [:], expires: Date) {
        self.url = url
        self.headers = headers
        self.expires = expires
    }
}

/// A vendor's rule that removes what is old.
public struct LifecycleRule: Sendable, Equatable {
    /// In the vendor's format.
    public let text: String
    /// How to hand it over: a command of the vendor's tool.
    public let command: String
}
