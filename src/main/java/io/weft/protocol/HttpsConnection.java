package io.weft.protocol;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * HTTP/1.1 over TLS with one node, for the interfaces that are no gRPC. Each call blocks until its answer is there. Safe
 * for use by several threads: calls at the same time have a connection each, and a connection is used again.
 */
public final class HttpsConnection {
    private static final int MAX_BODY_BYTES = 100 * 1024 * 1024;
    private static final String CLOSED = "the connection was closed before the answer came";

    /** @param target path and query, as they are sent */
    public record Request(String method, String target, Map<String, String> headers) {}

    /** What the node said. */
    public static final class Response {
        private final int status;
        private final byte[] body;

        private Response(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        public int status() {
            return status;
        }

        public byte[] body() {
            return body.clone();
        }
    }

    private final Endpoint endpoint;
    private final SslContext tls;
    private final EventLoopGroup threads;
    private final Deque<Line> idle = new ConcurrentLinkedDeque<>();

    HttpsConnection(Endpoint endpoint, SslContext tls, EventLoopGroup threads) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.threads = threads;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Sends a request and waits for the answer, whatever its status.
     *
     * @param body may be empty
     * @param timeout for all of it
     * @throws ConnectException if nothing listens
     * @throws SSLException if one side does not accept the other's certificate; a {@link
     *     java.security.cert.CertificateException} among the causes tells what is wrong with the node's
     * @throws SocketTimeoutException if the answer is not there in time
     * @throws IOException if the connection broke
     */
    public Response send(Request request, byte[] body, Duration timeout) throws IOException {
        Deadline deadline = Deadline.after(timeout);
        Line used = idle.pollFirst();
        if (used != null) {
            try {
                return send(used, request, body, deadline);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // The node may end a connection that was idle at any moment; what it began to do then is not known.
                if (!request.method().equals("GET")) {
                    throw e;
                }
            }
        }
        return send(connect(deadline), request, body, deadline);
    }

    private Line connect(Deadline deadline) throws IOException {
        Line line = new Line();
        ChannelFuture connected = new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(millis(deadline)))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler handler = tls.newHandler(
                                channel.alloc(),
                                endpoint.authority().host(),
                                endpoint.authority().port());
                        // The call's own deadline is the one that counts.
                        handler.setHandshakeTimeoutMillis(0);
                        channel.pipeline()
                                .addLast(
                                        handler, new HttpClientCodec(), new HttpObjectAggregator(MAX_BODY_BYTES), line);
                    }
                })
                .connect(new InetSocketAddress(
                        endpoint.dial().host(), endpoint.dial().port()));
        CompletableFuture<Line> result = new CompletableFuture<>();
        ChannelFuture unused = connected.addListener((ChannelFutureListener) done -> {
            if (done.isSuccess()) {
                line.channel = done.channel();
                result.complete(line);
            } else {
                result.completeExceptionally(done.cause());
            }
        });
        return await(result, deadline, connected.channel());
    }

    private Response send(Line line, Request request, byte[] body, Deadline deadline) throws IOException {
        CompletableFuture<Response> answer = line.expected;
        FullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                request.target(),
                Unpooled.wrappedBuffer(body));
        message.headers().set(HttpHeaderNames.HOST, endpoint.dial());
        request.headers().forEach((name, value) -> message.headers().set(name, value));
        if (body.length > 0 || request.method().equals("POST")) {
            HttpUtil.setContentLength(message, body.length);
        }
        ChannelFuture unused = line.channel.writeAndFlush(message).addListener(sent -> {
            if (!sent.isSuccess()) {
                answer.completeExceptionally(sent.cause());
            }
        });
        return await(answer, deadline, line.channel);
    }

    /** @param channel closed if nothing has come of it in time */
    private static <T> T await(CompletableFuture<T> result, Deadline deadline, Channel channel) throws IOException {
        try {
            return result.get(millis(deadline), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            close(channel);
            SocketTimeoutException late = new SocketTimeoutException("no answer in time");
            late.initCause(e);
            throw late;
        } catch (InterruptedException e) {
            close(channel);
            throw Interruption.of(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof DecoderException decoding && decoding.getCause() != null
                    ? decoding.getCause()
                    : e.getCause();
            if (cause instanceof ConnectException) {
                throw (ConnectException) new ConnectException(cause.getMessage()).initCause(cause);
            }
            if (cause instanceof SSLException) {
                throw new SSLException(cause.getMessage(), cause);
            }
            if (cause instanceof ClosedChannelException) {
                throw new IOException(CLOSED, cause);
            }
            throw new IOException(
                    cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }

    private static long millis(Deadline deadline) {
        return Math.max(1, deadline.remaining().toMillis());
    }

    private static void close(Channel channel) {
        ChannelFuture unused = channel.close();
    }

    /** One connection, which one call at a time has: hands the answer to whoever waits for it. */
    private final class Line extends SimpleChannelInboundHandler<FullHttpResponse> {
        private volatile CompletableFuture<Response> expected = new CompletableFuture<>();
        private volatile Channel channel;

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse message) {
            Response response = new Response(message.status().code(), ByteBufUtil.getBytes(message.content()));
            CompletableFuture<Response> done = expected;
            if (HttpUtil.isKeepAlive(message)) {
                expected = new CompletableFuture<>();
                idle.addFirst(this);
            } else {
                close(context.channel());
            }
            done.complete(response);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
                expected.completeExceptionally(handshake.cause());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            expected.completeExceptionally(cause);
            close(context.channel());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            boolean wasIdle = idle.remove(this);
            if (!wasIdle) {
                expected.completeExceptionally(new IOException(CLOSED));
            }
        }
    }
}
