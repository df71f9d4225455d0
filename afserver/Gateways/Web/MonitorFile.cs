using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace AfServer.Gateways.Web;

/// <summary>One file of the monitor page, read and compressed once: a build that replaces the files disturbs nobody who is being served.</summary>
internal sealed class MonitorFile
{
    public const string PageName = "index.html";

    /// <summary>Vite puts the hash of the content into the names of these; they may be kept for ever.</summary>
    private const string HashedFolder = "/assets/";

    private const string KeepForEver = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    /// <summary>
    /// The page loads nothing from elsewhere and is not shown inside foreign pages; style attributes carry widths of bars. Other servers of the
    /// farm, which it asks for their health when this one is lost, may have any address.
    /// </summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self' http: https:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private static readonly FileExtensionContentTypeProvider _contentTypes = new();

    private readonly byte[] _bytes;
    private readonly byte[] _compressed;
    private readonly string _contentType;
    private readonly string _hash;

    private MonitorFile(string path, byte[] bytes)
    {
        IsPage = path == $"/{PageName}";
        Path = IsPage ? "/" : path;
        _bytes = bytes;
        _compressed = Compress(bytes);
        _hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        _contentType = ContentTypeOf(path);
    }

    /// <summary>Where it is served; the page itself at "/".</summary>
    public string Path { get; }

    public bool IsPage { get; }

    /// <summary>All files of the folder and below; none when there is no such folder.</summary>
    public static List<MonitorFile> ReadAll(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file =>
            new MonitorFile("/" + System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file)))];
    }

    public IResult Answer(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = Path.StartsWith(HashedFolder, StringComparison.Ordinal) ? KeepForEver : AskAgain;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        if (IsPage) headers.ContentSecurityPolicy = ContentPolicy;

        var compressed = _compressed.Length < _bytes.Length && Accepts(context.Request, "gzip");
        if (compressed) headers.ContentEncoding = "gzip";
        return Results.Bytes(
            compressed ? _compressed : _bytes,
            _contentType,
            entityTag: new EntityTagHeaderValue($"\"{_hash}{(compressed ? "-gzip" : "")}\""));
    }

    private static bool Accepts(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(accepted => accepted.Value == encoding && accepted.Quality is null or > 0);

    private static string ContentTypeOf(string path)
    {
        if (!_contentTypes.TryGetContentType(path, out var type)) return "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return output.ToArray();
    }
}
