package io.weft.embedded.http;

import com.google.protobuf.ByteString;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroupFuture;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.weft.model.HostPort;
import io.weft.pki.Credential;
import io.weft.problem.UnreachableException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** A small HTTP/1.1 server on Netty, which is here for gRPC anyway: its threads are shared, it starts in no time. */
public final class HttpServer implements AutoCloseable {
    /** Room for a config block with very many certificates. */
    private static final int MAX_BODY_BYTES = 100 * 1024 * 1024;

    /**
     * What a client sent.
     *
     * @param target path and query, as they came
     * @param headers values by lower-case name
     */
    public record Request(String method, String target, Map<String, List<String>> headers, ByteString body) {
        /** The target without its query. */
        public String path() {
            return target.replaceAll("[?#].*", "");
        }

        public byte[] bytes() {
            return body.toByteArray();
        }

        /** The values of a header, in order. */
        public List<String> header(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    /** What it gets. */
    public record Response(int status, Map<String, String> headers, ByteString body) {
        public static Response of(int status, String contentType, String body) {
            return new Response(status, Map.of("Content-Type", contentType), ByteString.copyFromUtf8(body));
        }

        public Response with(String header, String value) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Response(status, all, body);
        }
    }

    private final String host;
    private final Channel channel;
    private final ChannelGroup connections;
    private final Runnable afterwards;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private HttpServer(String host, Channel channel, ChannelGroup connections, Runnable afterwards) {
        this.host = host;
        this.channel = channel;
        this.connections = connections;
        this.afterwards = afterwards;
    }

    /**
     * Starts to listen, on a daemon thread of its own that ends with it.
     *
     * @param tls what it shows to clients, of which it asks for nothing; empty for plain HTTP
     * @param name the thread's
     * @param executor runs the handler
     * @throws UnreachableException if the address cannot be listened on
     */
    public static HttpServer start(
            InetSocketAddress address,
            Optional<Credential> tls,
            String name,
            Executor executor,
            Function<Request, Response> handler) {
        EventLoopGroup thread =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
        Runnable end = () -> {
            Future<?> unused = thread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        };
        try {
            return start(address, tls.map(HttpServer::context), thread, executor, handler, end);
        } catch (RuntimeException e) {
            end.run();
            throw e;
        }
    }

    private static SslContext context(Credential credential) {
        try {
            return SslContextBuilder.forServer(credential.keyManager()).build();
        } catch (SSLException e) {
            throw new AssertionError("Every Java runtime can serve TLS", e);
        }
    }

    /**
     * Starts to listen.
     *
     * @param tls empty for plain HTTP
     * @param executor runs the handler
     * @throws UnreachableException if the address cannot be listened on
     */
    public static HttpServer start(
            InetSocketAddress address,
            Optional<SslContext> tls,
            EventLoopGroup threads,
            Executor executor,
            Function<Request, Response> handler) {
        return start(address, tls, threads, executor, handler, () -> {});
    }

    private static HttpServer start(
            InetSocketAddress address,
            Optional<SslContext> tls,
            EventLoopGroup threads,
            Executor executor,
            Function<Request, Response> handler,
            Runnable afterwards) {
        ChannelGroup connections = new DefaultChannelGroup(threads.next(), true);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connections.add(connection);
                        tls.ifPresent(context -> connection.pipeline().addLast(context.newHandler(connection.alloc())));
                        connection
                                .pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpServerKeepAliveHandler(),
                                        new HttpObjectAggregator(MAX_BODY_BYTES),
                                        new Requests(executor, handler));
                    }
                });
        Channel channel;
        try {
            channel = bootstrap.bind(address).syncUninterruptibly().channel();
        } catch (Exception e) {
            // Netty throws what java.net throws, without declaring it.
            throw new UnreachableException("Nothing can listen on `" + address + "`: " + e.getMessage() + ".", e);
        }
        return new HttpServer(address.getHostString(), channel, connections, afterwards);
    }

    public HostPort address() {
        return new HostPort(host, ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /** Stops listening and ends all connections. May be called again. */
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        ChannelFuture closed = channel.close().syncUninterruptibly();
        ChannelGroupFuture ended = connections.close().awaitUninterruptibly();
        assert closed.isDone() && ended.isDone();
        afterwards.run();
    }

    /** Hands each request over to the handler's threads. */
    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Executor executor;
        private final Function<Request, Response> handler;

        Requests(Executor executor, Function<Request, Response> handler) {
            this.executor = executor;
            this.handler = handler;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
            Map<String, List<String>> headers = new LinkedHashMap<>();
            for (String name : message.headers().names()) {
                headers.put(
                        name.toLowerCase(java.util.Locale.ROOT),
                        message.headers().getAll(name));
            }
            Request request = new Request(
                    message.method().name(),
                    message.uri(),
                    headers,
                    ByteString.copyFrom(message.content().nioBuffer()));
            executor.execute(() -> {
                Response response;
                try {
                    response = handler.apply(request);
                } catch (RuntimeException e) {
                    response = Response.of(500, "text/plain; charset=utf-8", e.getMessage() + "\n");
                }
                send(context, response);
            });
        }

        @SuppressWarnings("FutureReturnValueIgnored") // A client that has gone needs no answer.
        private static void send(ChannelHandlerContext context, Response response) {
            DefaultFullHttpResponse message = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(response.status()),
                    Unpooled.wrappedBuffer(response.body().asReadOnlyByteBuffer()));
            response.headers().forEach((name, value) -> message.headers().set(name, value));
            if (response.status() != 204) {
                message.headers()
                        .setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().size());
            }
            context.writeAndFlush(message);
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A handshake that failed, or a client that has gone.
            context.close();
        }
    }
}
